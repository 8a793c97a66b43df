#include "source/synthetic/flat_row.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "source/synthetic/json_text.h"
#include "source/synthetic/random.h"

namespace ingot {
namespace {

constexpr std::array<std::string_view, 15> kEventNames = {
    "page_view",   "button_click",     "form_submit", "video_play",   "video_pause",
    "add_to_cart", "remove_from_cart", "checkout",    "purchase",     "sign_up",
    "sign_in",     "sign_out",         "search",      "filter_apply", "share"};
constexpr std::array<std::string_view, 8> kPages = {
    "/home",          "/pricing/teams", "/docs/getting-started", "/product/42",
    "/search?page=2", "/cart",          "/checkout/address",     "/settings/members"};

template <size_t Size>
std::string_view Pick(const std::array<std::string_view, Size>& words, RandomStream& random) {
  return words[random.Below(Size)];
}

std::string Properties(RandomStream& random) {
  std::string text;
  JsonText json(text);
  json.BeginObject();
  json.Key("page_url").Text(Pick(kPages, random));
  json.Key("session_id").Text(fmt::format("{:016x}", random.Next()));
  json.Key("price").Fixed(random.Below(100'000), 2);
  json.EndObject();
  return text;
}

}  // namespace

void AppendFlatRow(const FlatRowSpec& spec, uint32_t row, std::string& out) {
  constexpr int64_t kHourMicros = 3'600'000'000;
  const uint64_t stream =
      static_cast<uint64_t>(static_cast<uint32_t>(spec.day.days)) << 37U | uint64_t{spec.hour} << 32U | row;
  RandomStream random(DeriveSeed(spec.seed, "flat row"), stream);
  const int64_t hour_start = (int64_t{spec.day.days} * 24 + spec.hour) * kHourMicros;
  const int64_t interval = kHourMicros / spec.rows;

  std::string text;
  JsonText json(text);
  json.BeginObject();
  json.Key("event_time").TimestampMicros(hour_start + row * interval + interval * random.Below(1000) / 1000, "Z");
  json.Key("user_id").Int(random.Between(1, 100'000));
  json.Key("team_id").Int(random.Between(1, 1000));
  json.Key("event_name").Text(Pick(kEventNames, random));
  json.Key("value").Fixed(random.Below(100'000), 2);
  json.Key("properties").Text(Properties(random));
  json.EndObject();
  out.append(text);
}

}  // namespace ingot
