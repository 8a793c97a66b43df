#include "commit/journal.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "base/sha256.h"
#include "commit/relative_path.h"

namespace ingot {
namespace {

constexpr std::string_view kMagic = "ingot-journal ";
constexpr std::string_view kVersion = "1";

template <typename Enum>
struct Word {
  Enum value;
  std::string_view text;
};
constexpr std::array<Word<FolderUse>, 2> kFolderUses{{{FolderUse::kOwn, "own"}, {FolderUse::kShared, "shared"}}};
constexpr std::array<Word<ReplaceMethod>, 3> kMethods{
    {{ReplaceMethod::kCreate, "create"}, {ReplaceMethod::kExchange, "exchange"}, {ReplaceMethod::kFiles, "files"}}};

template <typename Enum, size_t Count>
std::string_view TextOf(const std::array<Word<Enum>, Count>& words, Enum value) {
  for (const auto& word : words) {
    if (word.value == value) {
      return word.text;
    }
  }
  return {};
}

template <typename Enum, size_t Count>
bool ValueOf(const std::array<Word<Enum>, Count>& words, std::string_view text, Enum& value) {
  for (const auto& word : words) {
    if (word.text == text) {
      value = word.value;
      return true;
    }
  }
  return false;
}

// Names may hold any byte; a line holds none that would end it.
std::string Escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte >= 0x7F || c == '%') {
      out += fmt::format("%{:02X}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

std::optional<std::string> Unescaped(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const size_t high = i + 2 < text.size() ? kDigits.find(text[i + 1]) : std::string_view::npos;
    const size_t low = high == std::string_view::npos ? high : kDigits.find(text[i + 2]);
    if (low == std::string_view::npos) {
      return std::nullopt;
    }
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  // One spelling for each name: what is not written by Escaped is not ours.
  return Escaped(out) == text ? std::optional<std::string>(std::move(out)) : std::nullopt;
}

bool ParseNumber(std::string_view text, uint64_t& number) {
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
}

Error Damaged(std::string_view why) {
  return Error(ErrorKind::kCorrupt, fmt::format("the journal is damaged: {}", why));
}

// Everything between the first and the last line.
class JournalReader {
 public:
  Result<Journal> Read(std::string_view body) {
    while (!body.empty()) {
      const size_t end = body.find('\n');
      INGOT_TRY(ReadLine(body.substr(0, end)));
      body.remove_prefix(end + 1);
    }
    if (journal_.slot.empty() || journal_.files.empty()) {
      return Damaged("it names no slot or no files");
    }
    return std::move(journal_);
  }

 private:
  Result<void> ReadLine(std::string_view line) {
    const size_t space = line.find(' ');
    if (space == std::string_view::npos) {
      return Damaged("a line has no value");
    }
    const std::string_view key = line.substr(0, space);
    const std::string_view value = line.substr(space + 1);
    if (key == "file") {
      return ReadFile(value);
    }
    if (key == "folder") {
      return ValueOf(kFolderUses, value, journal_.folder_use) ? Result<void>() : Damaged("unknown use of a folder");
    }
    if (key == "method") {
      return ValueOf(kMethods, value, journal_.method) ? Result<void>() : Damaged("unknown method");
    }
    if (key == "inode") {
      return ParseNumber(value, journal_.staged_inode) ? Result<void>() : Damaged("not an inode");
    }
    const auto text = Unescaped(value);
    if (!text) {
      return Damaged("a value is not escaped as it should be");
    }
    return ReadText(key, *text);
  }

  Result<void> ReadText(std::string_view key, const std::string& text) {
    if ((key == "slot" || key == "previous" || key == "carried") && !CheckPublishedPath(text)) {
      return Damaged("a path leads out of the store");
    }
    if (key == "slot") {
      journal_.slot = text;
    } else if (key == "run") {
      journal_.run_id = text;
    } else if (key == "content") {
      journal_.content_id = text;
    } else if (key == "started") {
      auto started = ParseUtcInstant(text);
      if (!started || FormatUtcInstant(*started) != text) {
        return Damaged("not a time");
      }
      journal_.started = *started;
    } else if (key == "previous") {
      journal_.previous.push_back(text);
    } else if (key == "carried") {
      journal_.carried.push_back(text);
    } else {
      return Damaged("unknown line");
    }
    return {};
  }

  Result<void> ReadFile(std::string_view value) {
    const size_t first = value.find(' ');
    const size_t second = first == std::string_view::npos ? first : value.find(' ', first + 1);
    if (second == std::string_view::npos) {
      return Damaged("a file lacks a field");
    }
    JournalFile file;
    file.sha256 = value.substr(0, first);
    const auto path = Unescaped(value.substr(second + 1));
    if (!IsSha256Hex(file.sha256) || !ParseNumber(value.substr(first + 1, second - first - 1), file.bytes) || !path ||
        !CheckPublishedPath(*path)) {
      return Damaged("a file has a bad field");
    }
    file.path = *path;
    journal_.files.push_back(std::move(file));
    return {};
  }

  Journal journal_;
};

}  // namespace

std::string Journal::Target(std::string_view path) const {
  return folder_use == FolderUse::kOwn ? JoinPath(slot, path) : std::string(path);
}

std::string FormatJournal(const Journal& journal) {
  std::string text = fmt::format("{}{}\n", kMagic, kVersion);
  text += fmt::format("slot {}\nrun {}\ncontent {}\nstarted {}\n", Escaped(journal.slot), Escaped(journal.run_id),
                      Escaped(journal.content_id), FormatUtcInstant(journal.started));
  text += fmt::format("folder {}\nmethod {}\ninode {}\n", TextOf(kFolderUses, journal.folder_use),
                      TextOf(kMethods, journal.method), journal.staged_inode);
  for (const JournalFile& file : journal.files) {
    text += fmt::format("file {} {} {}\n", file.sha256, file.bytes, Escaped(file.path));
  }
  for (const std::string& path : journal.previous) {
    text += fmt::format("previous {}\n", Escaped(path));
  }
  for (const std::string& path : journal.carried) {
    text += fmt::format("carried {}\n", Escaped(path));
  }
  return text + fmt::format("end {}\n", Sha256Hex(text));
}

Result<Journal> ParseJournal(std::string_view text) {
  const size_t first_end = text.find('\n');
  if (first_end == std::string_view::npos || !text.starts_with(kMagic)) {
    return Damaged("it does not begin as one");
  }
  const std::string_view version = text.substr(kMagic.size(), first_end - kMagic.size());
  if (version != kVersion) {
    return Error(ErrorKind::kUnsupported,
                 fmt::format("the journal has format {}", PrintablePath(version.substr(0, 20))),
                 "use the version of ingot that wrote it");
  }
  constexpr size_t kEndLine = 4 + 64 + 1;
  if (text.size() < first_end + 1 + kEndLine) {
    return Damaged("it is truncated");
  }
  const std::string_view covered = text.substr(0, text.size() - kEndLine);
  if (text.substr(covered.size()) != fmt::format("end {}\n", Sha256Hex(covered)) || covered.back() != '\n') {
    return Damaged("its sha256 differs");
  }
  return JournalReader().Read(covered.substr(first_end + 1));
}

}  // namespace ingot
