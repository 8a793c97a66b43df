// For tests: every form in which a gzip or zstd file can come, with its outcome.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "format/input/byte_source.h"
#include "format/input/gzip_bytes.h"
#include "format/input/zstd_bytes.h"

namespace ingot {

// What is stored, and what can be read of it.
struct BuiltInput {
  std::string stored;
  std::string plain;
  uint64_t members = 1;
  // Where the damage is known to the byte.
  std::optional<uint64_t> damage_offset = std::nullopt;
  uint64_t unchecked = 0;
};

struct InputForm {
  std::string form;
  std::optional<DamageKind> damage;
  std::string remark;
  std::function<BuiltInput()> build;
  std::string name = "hour.jsonl.gz";
};

// Numbered rows of about 30 bytes.
inline std::string NumberedRows(size_t count, size_t first = 0) {
  std::string rows;
  for (size_t i = 0; i < count; ++i) {
    rows += "{\"id\":" + std::to_string(first + i) + ",\"price\":" + std::to_string((first + i) * 7919 % 10007) + "}\n";
  }
  return rows;
}

// Bytes that do not compress, the same in every run.
inline std::string NoiseBytes(size_t count) {
  std::string bytes(count, '\0');
  uint64_t state = 42;
  for (char& byte : bytes) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    byte = static_cast<char>(state >> 56U);
  }
  return bytes;
}

inline BuiltInput WholeMember(std::string plain, const MemberOptions& options = {}) {
  std::string stored = Gzip(plain, options);
  return {std::move(stored), std::move(plain)};
}

inline std::string ThousandMembers() {
  std::string stored;
  for (size_t i = 0; i < 1000; ++i) {
    stored += Gzip(NumberedRows(1, i));
  }
  return stored;
}

// Members of at most 64 KiB whose extra field holds their length, and an empty one at the end.
inline std::string BlockedGzip(std::string_view plain) {
  constexpr size_t kBlock = 65280;
  std::string stored;
  for (size_t at = 0; at <= plain.size(); at += kBlock) {
    const std::string_view part = plain.substr(at, kBlock);
    const std::string body = Deflate(part) + MemberTrailer(part);
    MemberOptions options;
    options.extra = std::string("BC\2\0", 4) + LittleEndianBytes(12 + 6 + body.size() - 1, 2);
    stored += MemberHeader(options) + body;
  }
  return stored + Gzip("");
}

inline void AddWholeMembers(std::vector<InputForm>& forms) {
  forms.push_back({"one member", {}, "", [] { return WholeMember(NumberedRows(500)); }});
  forms.push_back({"two members, cut inside a line", {}, "as written by a process that was restarted", [] {
                     return BuiltInput{Gzip("{\"a\":1}\n{\"a\"") + Gzip(":2}\n"), "{\"a\":1}\n{\"a\":2}\n", 2};
                   }});
  forms.push_back({"1,000 members of one row", {}, "as appended row by row", [] {
                     return BuiltInput{ThousandMembers(), NumberedRows(1000), 1000};
                   }});
  forms.push_back({"empty member", {}, "an input without lines", [] { return WholeMember(""); }});
  forms.push_back({"empty members before, between and behind others", {}, "", [] {
                     return BuiltInput{
                         Gzip("") + Gzip(NumberedRows(2)) + Gzip("") + Gzip("") + Gzip(NumberedRows(2, 2)) + Gzip(""),
                         NumberedRows(4), 6};
                   }});
  forms.push_back({"blocked gzip (BGZF)", {}, "the extra field is skipped; the empty last member is no line", [] {
                     return BuiltInput{BlockedGzip(NumberedRows(9000)), NumberedRows(9000), 5};
                   }});
  forms.push_back(
      {"gzip inside gzip", {}, "one layer is taken off", [] { return WholeMember(Gzip(NumberedRows(3))); }});
  forms.push_back(
      {"gzip under another name", {}, "the bytes decide", [] { return WholeMember(NumberedRows(3)); }, "hour.jsonl"});
}

inline void AddHeaderForms(std::vector<InputForm>& forms) {
  forms.push_back({"FEXTRA", {}, "skipped", [] { return WholeMember(NumberedRows(3), {.extra = "AB\x02\x01zz"}); }});
  forms.push_back({"FEXTRA of 65,535 bytes", {}, "skipped", [] {
                     return WholeMember(NumberedRows(3), {.extra = std::string(65535, '\x1f')});
                   }});
  forms.push_back({"FNAME", {}, "skipped", [] { return WholeMember(NumberedRows(3), {.name = "17.jsonl"}); }});
  forms.push_back({"FNAME of 70,000 bytes", {}, "skipped, whatever its length", [] {
                     return WholeMember(NumberedRows(3), {.name = std::string(70000, 'n')});
                   }});
  forms.push_back({"FCOMMENT", {}, "skipped", [] { return WholeMember(NumberedRows(3), {.comment = "hour 17"}); }});
  forms.push_back({"FTEXT", {}, "a hint, ignored", [] { return WholeMember(NumberedRows(3), {.text = true}); }});
  forms.push_back({"FHCRC", {}, "checked", [] { return WholeMember(NumberedRows(3), {.header_crc = true}); }});
  forms.push_back({"all optional fields", {}, "", [] {
                     return WholeMember(NumberedRows(3),
                                        {.extra = "", .name = "", .comment = "c", .header_crc = true, .text = true});
                   }});
  forms.push_back({"wrong FHCRC", DamageKind::kBadHeader, "", [] {
                     return BuiltInput{Gzip(NumberedRows(3), {.name = "n", .header_crc = true, .header_crc_xor = 1}),
                                       "", 0, 12};
                   }});
  forms.push_back({"reserved flag bits", DamageKind::kBadHeader, "they announce fields that nobody knows",
                   [] { return BuiltInput{Gzip(NumberedRows(3), {.more_flags = 0x20}), "", 0, 3}; }});
  forms.push_back({"a method other than deflate", DamageKind::kBadHeader, "",
                   [] { return BuiltInput{Gzip(NumberedRows(3), {.method = 7}), "", 0, 2}; }});
}

inline void AddDeflateForms(std::vector<InputForm>& forms) {
  forms.push_back({"stored blocks", {}, "", [] { return WholeMember(NoiseBytes(200000), {.deflate = {.level = 0}}); }});
  forms.push_back({"blocks with the fixed codes", {}, "", [] {
                     return WholeMember(NumberedRows(500), {.deflate = {.strategy = Z_FIXED}});
                   }});
  forms.push_back({"sync and full flushes", {}, "empty stored blocks inside the data", [] {
                     const std::string sync =
                         Gzip(NumberedRows(500), {.deflate = {.flush = Z_SYNC_FLUSH, .flush_every = 300}});
                     return BuiltInput{
                         sync + Gzip(NumberedRows(500, 500), {.deflate = {.flush = Z_FULL_FLUSH, .flush_every = 301}}),
                         NumberedRows(1000), 2};
                   }});
  forms.push_back({"copies from 32 KiB back", {}, "the whole window", [] {
                     const std::string noise = NoiseBytes(32768 - 262);
                     return WholeMember(noise + noise + noise, {.deflate = {.level = 9}});
                   }});
  forms.push_back({"1,000 to 1", {}, "no limit on the ratio: memory does not grow with it", [] {
                     return WholeMember(std::string(1000000, '\0'));
                   }});
  forms.push_back({"bytes that do not compress", {}, "", [] { return WholeMember(NoiseBytes(300000)); }});
}

inline void AddContentForms(std::vector<InputForm>& forms) {
  const std::string remark = "handed out unchanged: what lines mean is for their reader";
  forms.push_back({"no final newline", {}, "the last line counts", [] { return WholeMember("{\"a\":1}\n{\"a\":2}"); }});
  forms.push_back({"CRLF", {}, remark, [] { return WholeMember("{\"a\":1}\r\n{\"a\":2}\r\n"); }});
  forms.push_back({"byte order mark", {}, remark, [] { return WholeMember("\xef\xbb\xbf{\"a\":1}\n"); }});
  forms.push_back({"NUL and invalid UTF-8", {}, remark, [] { return WholeMember(std::string("\0\xff\n\0", 4)); }});
}

inline void AddTailForms(std::vector<InputForm>& forms) {
  forms.push_back({"one zero behind the last member", {}, "padding", [] {
                     return BuiltInput{Gzip(NumberedRows(3)) + std::string(1, '\0'), NumberedRows(3)};
                   }});
  forms.push_back({"1 MiB of zeros behind the last member", {}, "padding, as from tapes and block devices", [] {
                     return BuiltInput{Gzip(NumberedRows(3)) + std::string(1U << 20U, '\0'), NumberedRows(3)};
                   }});
  const auto behind = [](const std::string& tail, uint64_t distance) {
    const std::string member = Gzip(NumberedRows(3));
    return BuiltInput{member + tail, NumberedRows(3), 1, member.size() + distance};
  };
  forms.push_back({"text behind the last member", DamageKind::kGarbage, "", [=] { return behind("garbage", 0); }});
  forms.push_back({"plain rows behind the last member", DamageKind::kGarbage, "appended without gzip",
                   [=] { return behind("{\"id\":4}\n", 0); }});
  forms.push_back({"zeros, then text", DamageKind::kGarbage, "", [=] { return behind(std::string("\0\0x", 3), 2); }});
  forms.push_back({"zeros, then a member", DamageKind::kGarbage, "readers disagree on it: some lose the member",
                   [=] { return behind(std::string(512, '\0') + Gzip(NumberedRows(3, 3)), 512); }});
}

inline void AddCutMembers(std::vector<InputForm>& forms) {
  const auto cut = [](const std::string& stored, size_t keep, std::string plain, uint64_t members) {
    return BuiltInput{stored.substr(0, keep), std::move(plain), members, keep};
  };
  forms.push_back(
      {"empty file", DamageKind::kCut, "an input without lines is an empty member", [=] { return cut("", 0, "", 0); }});
  forms.push_back({"only the first magic byte", DamageKind::kCut, "", [=] { return cut(Gzip("x"), 1, "", 0); }});
  forms.push_back({"cut header", DamageKind::kCut, "", [=] { return cut(Gzip("x"), 9, "", 0); }});
  forms.push_back(
      {"cut FNAME", DamageKind::kCut, "", [=] { return cut(Gzip("x", {.name = "hour.jsonl"}), 14, "", 0); }});
  forms.push_back({"cut FEXTRA", DamageKind::kCut, "", [=] { return cut(Gzip("x", {.extra = "abcdef"}), 14, "", 0); }});
  forms.push_back({"cut data", DamageKind::kCut, "what stands in front of the cut can be kept", [=] {
                     const DeflateOptions open{.level = 0, .finish = false};
                     const std::string stored = MemberHeader() + Deflate(NumberedRows(100), open);
                     return cut(stored, stored.size(), NumberedRows(100), 0);
                   }});
  forms.push_back({"no trailer", DamageKind::kCut, "all data is there, and nothing proves it", [=] {
                     const std::string stored = Gzip(NumberedRows(3));
                     return cut(stored, stored.size() - 8, NumberedRows(3), 0);
                   }});
  forms.push_back({"cut trailer", DamageKind::kCut, "", [=] {
                     const std::string stored = Gzip(NumberedRows(3));
                     return cut(stored, stored.size() - 1, NumberedRows(3), 0);
                   }});
  forms.push_back({"cut header of the second member", DamageKind::kCut, "", [=] {
                     const std::string first = Gzip(NumberedRows(3));
                     return cut(first + Gzip(NumberedRows(3, 3)), first.size() + 5, NumberedRows(3), 1);
                   }});
}

inline void AddDamagedMembers(std::vector<InputForm>& forms) {
  const auto trailer_at = [](const std::string& stored) { return stored.size() - 8; };
  forms.push_back({"wrong CRC32", DamageKind::kBadChecksum, "found at the member's end: its rows were handed out", [=] {
                     const std::string stored = Gzip(NumberedRows(3), {.crc_xor = 1});
                     return BuiltInput{stored, NumberedRows(3), 0, trailer_at(stored)};
                   }});
  forms.push_back({"wrong CRC32 in the first of two members", DamageKind::kBadChecksum, "the second is not read", [=] {
                     const std::string first = Gzip(NumberedRows(3), {.crc_xor = 0x80000000U});
                     return BuiltInput{first + Gzip(NumberedRows(3, 3)), NumberedRows(3), 0, trailer_at(first)};
                   }});
  forms.push_back({"wrong ISIZE", DamageKind::kBadSize, "", [=] {
                     const std::string stored = Gzip(NumberedRows(3), {.size_xor = 1});
                     return BuiltInput{stored, NumberedRows(3), 0, trailer_at(stored) + 4};
                   }});
  forms.push_back({"block type 3", DamageKind::kBadData, "",
                   [] { return BuiltInput{MemberHeader() + "\x07" + MemberTrailer(""), "", 0}; }});
  forms.push_back(
      {"stored block whose lengths disagree", DamageKind::kBadData, "",
       [] { return BuiltInput{MemberHeader() + std::string("\1\1\0\xfe\xfe\x61", 6) + MemberTrailer("a"), "", 0}; }});
  forms.push_back({"copy from before the beginning", DamageKind::kBadData, "", [] {
                     // Fixed codes: literal 'a', then length 3 at distance 4.
                     return BuiltInput{MemberHeader() + std::string("\x4b\x04\x62\0", 4) + MemberTrailer("aaaa"), "a",
                                       0};
                   }});
  forms.push_back(
      {"whole blocks, then invalid data", DamageKind::kBadData, "what stands in front of it can be kept", [] {
         const DeflateOptions open{.finish = false};
         return BuiltInput{MemberHeader() + Deflate(NumberedRows(9000), open) + "\x07", NumberedRows(9000), 0};
       }});
}

inline void AddMisnamedForms(std::vector<InputForm>& forms) {
  forms.push_back(
      {"plain rows named .gz", DamageKind::kWrongFormat, "", [] { return BuiltInput{NumberedRows(3), "", 0, 0}; }});
  forms.push_back({"zeros named .gz", DamageKind::kWrongFormat, "a file that was never written",
                   [] { return BuiltInput{std::string(4096, '\0'), "", 0, 0}; }});
  forms.push_back({"zlib data (RFC 1950) named .gz", DamageKind::kWrongFormat, "",
                   [] { return BuiltInput{"\x78\x9c" + Deflate(NumberedRows(3)), "", 0, 0}; }});
  forms.push_back({"zstd named .gz", DamageKind::kWrongFormat, "the message says that it is zstd",
                   [] { return BuiltInput{"\x28\xb5\x2f\xfd rest", "", 0, 0}; }});
}

// Every form of a gzip file, in the order of docs/formats/input.md.
inline std::vector<InputForm> GzipForms() {
  std::vector<InputForm> forms;
  AddWholeMembers(forms);
  AddHeaderForms(forms);
  AddDeflateForms(forms);
  AddContentForms(forms);
  AddTailForms(forms);
  AddCutMembers(forms);
  AddDamagedMembers(forms);
  AddMisnamedForms(forms);
  return forms;
}

inline void AddWholeFrames(std::vector<InputForm>& forms) {
  forms.push_back(
      {"one frame", {}, "", [] { return BuiltInput{ZstdFrame(NumberedRows(20000)), NumberedRows(20000)}; }});
  forms.push_back({"frame of unknown size", {}, "as written to a pipe", [] {
                     return BuiltInput{ZstdFrame(NumberedRows(20000), {.content_size = false}), NumberedRows(20000)};
                   }});
  forms.push_back({"two frames", {}, "", [] {
                     return BuiltInput{ZstdFrame(NumberedRows(2)) + ZstdFrame(NumberedRows(2, 2)), NumberedRows(4), 2};
                   }});
  forms.push_back({"empty frame", {}, "an input without lines", [] { return BuiltInput{ZstdFrame(""), ""}; }});
  forms.push_back({"skippable frames before, between and behind others", {}, "skipped, and not counted", [] {
                     return BuiltInput{SkippableFrame("") + ZstdFrame(NumberedRows(2)) + SkippableFrame("x", 15) +
                                           ZstdFrame(NumberedRows(2, 2)) + SkippableFrame(std::string(300000, 'y'), 7),
                                       NumberedRows(4), 2};
                   }});
  forms.push_back({"frame without a checksum", {}, "read, and counted as unchecked: nothing proves its bytes", [] {
                     return BuiltInput{ZstdFrame(NumberedRows(5), {.checksum = false}) + ZstdFrame(NumberedRows(5, 5)),
                                       NumberedRows(10), 2, std::nullopt, 1};
                   }});
  forms.push_back({"bytes that do not compress", {}, "", [] {
                     return BuiltInput{ZstdFrame(NoiseBytes(500000)), NoiseBytes(500000)};
                   }});
  forms.push_back({"zstd under another name",
                   {},
                   "the bytes decide",
                   [] { return BuiltInput{ZstdFrame(NumberedRows(3)), NumberedRows(3)}; },
                   "hour.jsonl"});
}

inline void AddDamagedFrames(std::vector<InputForm>& forms) {
  forms.push_back({"empty file", DamageKind::kCut, "", [] { return BuiltInput{"", "", 0}; }});
  forms.push_back(
      {"cut magic bytes", DamageKind::kCut, "", [] { return BuiltInput{ZstdFrame("x").substr(0, 3), "", 0}; }});
  forms.push_back({"cut header", DamageKind::kCut, "", [] { return BuiltInput{ZstdFrame("x").substr(0, 4), "", 0}; }});
  forms.push_back({"cut data", DamageKind::kCut, "the whole blocks in front of the cut can be kept", [] {
                     // The last block is lost, with all that stands in it.
                     const std::string stored = ZstdFrame(NumberedRows(20000));
                     const size_t block = size_t{128} << 10U;
                     const std::string plain = NumberedRows(20000);
                     return BuiltInput{stored.substr(0, stored.size() - 5),
                                       plain.substr(0, plain.size() / block * block), 0};
                   }});
  forms.push_back({"no checksum at the end", DamageKind::kCut, "", [] {
                     const std::string stored = ZstdFrame(NumberedRows(3));
                     return BuiltInput{stored.substr(0, stored.size() - 4), NumberedRows(3), 0};
                   }});
  forms.push_back({"cut skippable frame", DamageKind::kCut, "", [] {
                     return BuiltInput{ZstdFrame(NumberedRows(3)) + SkippableFrame("abcdef").substr(0, 11),
                                       NumberedRows(3), 1};
                   }});
  forms.push_back(
      {"wrong checksum", DamageKind::kBadChecksum, "found at the frame's end: its rows were handed out", [] {
         std::string stored = ZstdFrame(NumberedRows(3));
         stored.back() = static_cast<char>(stored.back() ^ 1);
         return BuiltInput{stored, NumberedRows(3), 0};
       }});
  forms.push_back({"reserved bit in the header", DamageKind::kBadHeader, "", [] {
                     std::string stored = ZstdFrame(NumberedRows(3));
                     stored[4] = static_cast<char>(stored[4] | 8);
                     return BuiltInput{stored, "", 0};
                   }});
  forms.push_back({"invalid block", DamageKind::kBadData, "", [] {
                     std::string stored = ZstdFrame(NumberedRows(3));
                     stored[6] = static_cast<char>(stored[6] | 6);  // block type 3, behind a header of two bytes
                     return BuiltInput{stored, "", 0};
                   }});
  forms.push_back({"text behind the last frame", DamageKind::kGarbage, "",
                   [] { return BuiltInput{ZstdFrame(NumberedRows(3)) + "garbage", NumberedRows(3), 1}; }});
  forms.push_back({"zeros behind the last frame", DamageKind::kGarbage, "`zstd` does not take them either",
                   [] { return BuiltInput{ZstdFrame(NumberedRows(3)) + std::string(512, '\0'), NumberedRows(3), 1}; }});
  forms.push_back(
      {"plain rows named .zst", DamageKind::kWrongFormat, "", [] { return BuiltInput{NumberedRows(3), "", 0}; }});
  forms.push_back({"gzip named .zst", DamageKind::kWrongFormat, "the message says that it is gzip",
                   [] { return BuiltInput{Gzip(NumberedRows(3)), "", 0}; }});
}

// Every form of a zstd file, in the order of docs/formats/input.md.
inline std::vector<InputForm> ZstdForms() {
  std::vector<InputForm> forms;
  AddWholeFrames(forms);
  AddDamagedFrames(forms);
  for (InputForm& form : forms) {
    form.name = form.name == "hour.jsonl.gz" ? "hour.jsonl.zst" : form.name;
  }
  return forms;
}

}  // namespace ingot
