#include "source/synthetic/vocabulary.h"

#include <array>

namespace ingot {
namespace {

constexpr std::array<std::string_view, 60> kTickers = {
    "BTC", "ETH",  "SOL", "XRP",  "BNB",  "ADA",  "DOGE", "TRX",  "AVAX", "LINK",  "DOT",   "LTC",
    "BCH", "NEAR", "UNI", "APT",  "ICP",  "ETC",  "XLM",  "FIL",  "ATOM", "HBAR",  "ARB",   "OP",
    "VET", "INJ",  "GRT", "RUNE", "AAVE", "ALGO", "EGLD", "SAND", "MANA", "AXS",   "THETA", "FTM",
    "SUI", "SEI",  "TIA", "JUP",  "PYTH", "WIF",  "BONK", "PEPE", "SHIB", "FLOKI", "ORDI",  "STX",
    "IMX", "LDO",  "CRV", "MKR",  "SNX",  "COMP", "ENS",  "DYDX", "GMX",  "ROSE",  "KAVA",  "ZIL"};

constexpr std::array<std::string_view, 32> kSyllables = {
    "ba", "ko", "ri",  "ta", "mi", "zu", "le", "no", "sha", "vi", "da", "pe", "lo", "xa",  "tri", "go",
    "hu", "fi", "sto", "ra", "ne", "ku", "wa", "ci", "bro", "ya", "de", "mo", "ju", "pla", "se",  "tu"};

constexpr std::array<std::string_view, 16> kForeignWords = {
    "биткоин", "крипта", "ビットコイン", "仮想通貨", "比特币", "牛市",  "비트코인", "코인",
    "بيتكوين", "عملات",  "κέρδος",       "कॉइन",     "année",  "größe", "🚀moon",   "💎hands"};

constexpr std::array<std::string_view, 8> kTopLevelDomains = {".com", ".io",  ".org",  ".net",
                                                              ".co",  ".xyz", ".news", ".finance"};

// A bijection on 15 bits: neighbouring ranks must not give neighbouring words.
uint32_t Scatter(uint32_t rank) { return (rank * 0x5F35U + 0x1D3BU) & 0x7FFFU; }

// Three syllables spell 15 bits. No syllable is the beginning of another, so that different numbers give different
// words.
void AppendWord(uint32_t bits, std::string& out) {
  for (unsigned shift = 0; shift < 15; shift += 5) {
    out.append(kSyllables[bits >> shift & 31U]);
  }
}

void AppendCashtag(uint32_t rank, std::string& out) {
  if (rank < kTickers.size()) {
    out.append(kTickers[rank]);
    return;
  }
  // Six letters: longer than every ticker above.
  uint32_t bits = Scatter(rank);
  for (int i = 0; i < 4; ++i, bits /= 26) {
    out.push_back(static_cast<char>('A' + bits % 26));
  }
  out.append(rank % 2 == 0 ? "AI" : "DO");
}

void AppendUrlDomain(uint32_t rank, KeyStyle style, std::string& out) {
  const bool url = style.urls && rank % 11 == 5;
  if (url) {
    out.append("https://www.");
  }
  AppendWord(Scatter(rank), out);
  out.append(kTopLevelDomains[rank % kTopLevelDomains.size()]);
  if (url) {
    out.append(rank % 2 == 0 ? "/p/a?utm_source=x&id=" : "/@");
    AppendWord(Scatter(rank + 1), out);
  }
}

}  // namespace

Market MarketAt(uint32_t number) {
  Market market{};
  if (number < kTickers.size()) {
    market.symbol = kTickers[number];
  } else {
    AppendCashtag(number, market.symbol);
  }
  market.symbol += "USDT";
  const uint32_t mixed = (number + 1) * 0x9E3779B1U;
  market.has_futures = number % 10 < 7;
  market.decimals = 1 + (mixed >> 28U) % 6;
  market.typical_price = 10'000 + int64_t{mixed >> 4U} % 990'000;
  market.typical_posts = number % 4 == 3 ? 0 : 12 + 1200 / (1 + number / 4);
  return market;
}

void AppendCounterKey(CounterKind kind, uint32_t rank, KeyStyle style, std::string& out) {
  if (kind == CounterKind::kCashtag) {
    AppendCashtag(rank, out);
    return;
  }
  if (kind == CounterKind::kUrlDomain) {
    AppendUrlDomain(rank, style, out);
    return;
  }
  if (style.non_ascii && rank % 13 == 4) {
    out.append(kForeignWords[rank / 13 % kForeignWords.size()]);
  }
  AppendWord(Scatter(rank), out);
  if (kind == CounterKind::kMention) {
    out.append(rank % 3 == 0 ? "_" : "");
    out.append(std::to_string(rank % 97));
  }
}

}  // namespace ingot
