#include "model/manifest.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <functional>
#include <limits>

#include "base/file.h"
#include "base/result_matchers.h"
#include "base/sha256.h"
#include "model/json_document.h"
#include "model/manifest_fields.h"
#include "model/manifest_files.h"
#include "model/schema_generator.h"

namespace ingot {
namespace {

UtcInstant Instant(std::string_view text) { return *ParseUtcInstant(text); }

Manifest Example() {
  Manifest m;
  m.dataset = "tier3";
  m.key = KeySpec::Make({{"date", FieldKind::kDate}})->ForDay(*ParseUtcDay("2026-01-15"));
  m.generation = 3;
  m.writer = {"0.1.0", "26.0.1", "1.5.4", {}};
  m.files = {{"data.parquet", 1234, 2, 1, Sha256Hex("data"), Sha256Hex("tail"), {}}};
  m.rows = 2;
  m.schema.fields = {{"symbol", Scalar(TypeKind::kString), 1, true},
                     {"meta", *ParseType("struct<n:int64,x:double,ok:bool>"), 2, true},
                     {"tags", *ParseType("map<string,int64>"), 3, true}};
  m.columns = {{"symbol", 0, "AAA", "ZZZ", "00ff", {}},
               {"meta.n", 0, std::numeric_limits<int64_t>::min(), int64_t{7}, "11", {}},
               {"meta.x", 0, -std::numeric_limits<double>::infinity(), 0.5, "12", {}},
               {"meta.ok", 1, false, true, "13", {}},
               {"tags.key", 0, std::nullopt, std::nullopt, "14", {}}};
  m.inputs = {{"20260115/00.jsonl.gz", 99, 2, 1, 0, Sha256Hex("input"), "", "", {}},
              {"20260115/17.jsonl.gz", 5, 0, 0, 0, Sha256Hex("cut"), "", "the gzip stream ends at byte 5", {}}};
  m.checks = {{"window_closed", Verdict::kPassed, "", {}},
              {"inputs_complete", Verdict::kOverridden, "missing hours 17", {}}};
  m.overrides = {{"inputs_complete", "hour 17 lost", "--allow-incomplete", {}},
                 {"window_closed", std::nullopt, "--allow-incomplete", {}}};
  m.rejects = {1, "rejects.jsonl.gz", {}};
  m.late = LateRows{4, "2026-01-16T00:00:01.000Z", "2026-01-16T00:00:09.000Z", 2, {}};
  m.run = {"run-1", Instant("2026-01-16T00:05:09.123456Z"), Instant("2026-01-16T00:05:12Z"), {}};
  m.fields = {{"tier", "tier3"}, {"coverage_ratio", 1.0}, {"created_ts_utc", "2026-01-16T00:05:09.123456+00:00"}};
  m.volatile_fields = {"/created_ts_utc"};
  return m;
}

SealedManifest Sealed(const Manifest& manifest) {
  auto sealed = SealManifest(manifest);
  EXPECT_OK(sealed);
  return sealed.ok() ? *sealed : SealedManifest();
}

// The manifest with one change in its document, sealed again by the rules of the format.
std::string Resealed(const std::string& text, const std::function<void(JsonObject& top, JsonObject& core)>& change) {
  JsonValue document = *ParseJson(text);
  JsonObject& top = *document.AsObject();
  JsonObject& core = *top["ingot"].AsObject();
  change(top, core);
  JsonValue content = document;
  for (const JsonValue& pointer : *core["volatile"].AsArray()) {
    RemoveAtPointer(content, *ParsePointer(*pointer.AsString()));
  }
  core["content_id"] = Sha256Hex(*WriteJson(content));
  core["self_sha256"] = "";
  std::string out = *WriteJson(document);
  const std::string line = "\n    \"self_sha256\": \"";
  const std::string hash = Sha256Hex(out);
  out.insert(out.find(line, out.find("\n  \"ingot\": {")) + line.size(), hash);
  return out;
}

TEST(Manifest, ReadsBackWhatItWrote) {
  const Manifest manifest = Example();
  const SealedManifest sealed = Sealed(manifest);
  const auto parsed = ParseManifest(sealed.text);
  ASSERT_OK(parsed);
  Manifest expected = manifest;
  expected.content_id = sealed.content_id;
  expected.self_sha256 = sealed.self_sha256;
  EXPECT_EQ(*parsed, expected);
  EXPECT_EQ(Sealed(*parsed).text, sealed.text);
  EXPECT_EQ(parsed->FindColumn("meta.x")->max, StatisticValue(0.5));
  EXPECT_EQ(parsed->FindColumn("nope"), nullptr);
  EXPECT_EQ(parsed->FindCheck("inputs_complete")->verdict, Verdict::kOverridden);
}

TEST(Manifest, TextIsCanonicalAndHoldsTheDatasetsFieldsAtTheTop) {
  const std::string text = Sealed(Example()).text;
  EXPECT_EQ(text.find("{\n  \"coverage_ratio\": 1.0,\n  \"created_ts_utc\": \"2026-01-16T00:05:09"), 0U);
  EXPECT_EQ(text.back(), '\n');
  EXPECT_EQ(*WriteJson(*ParseJson(text)), text);
  const JsonValue document = *ParseJson(text);
  const JsonValue& core = *document.Find("ingot");
  EXPECT_EQ(*core.Find("format"), JsonValue(1));
  EXPECT_EQ(*core.Find("start"), JsonValue("2026-01-15T00:00:00.000000+00:00"));
  EXPECT_EQ(*core.Find("end"), JsonValue("2026-01-16T00:00:00.000000+00:00"));
  EXPECT_EQ(*core.Find("key"), *ParseJson(R"([{"name":"date","type":"date","value":"2026-01-15"}])"));
  EXPECT_EQ(*core.Find("columns")->Find("meta.n")->Find("min"), JsonValue("-9223372036854775808"));
  EXPECT_EQ(*core.Find("columns")->Find("meta.x")->Find("min"), JsonValue("-Infinity"));
  EXPECT_EQ(*core.Find("volatile"),
            *ParseJson(R"(["/created_ts_utc","/ingot/content_id","/ingot/generation","/ingot/query","/ingot/run",)"
                       R"("/ingot/self_sha256"])"));
}

TEST(Manifest, SelfHashCanBeCheckedWithoutUs) {
  // What the format document tells others to do: blank the value, hash the bytes.
  const SealedManifest sealed = Sealed(Example());
  std::string blanked = sealed.text;
  blanked.erase(blanked.find(sealed.self_sha256), 64);
  EXPECT_EQ(Sha256Hex(blanked), sealed.self_sha256);
}

TEST(Manifest, ContentIdIgnoresVolatileFieldsOnly) {
  const Manifest base = Example();
  const std::string id = Sealed(base).content_id;
  const auto id_with = [&](const std::function<void(Manifest&)>& change) {
    Manifest changed = base;
    change(changed);
    return Sealed(changed).content_id;
  };
  EXPECT_EQ(id, id_with([](Manifest& m) { m.generation = 9; }));
  EXPECT_EQ(id, id_with([](Manifest& m) { m.run.id = "run-2"; }));
  EXPECT_EQ(id, id_with([](Manifest& m) { m.query = QueryCost{}; }));
  EXPECT_EQ(id, id_with([](Manifest& m) { m.fields["created_ts_utc"] = "later"; }));
  EXPECT_NE(id, id_with([](Manifest& m) { m.fields["tier"] = "tier2"; }));
  EXPECT_NE(id, id_with([](Manifest& m) { m.rows = 3; }));
  EXPECT_NE(id, id_with([](Manifest& m) { m.files[0].sha256 = Sha256Hex("other"); }));
  EXPECT_NE(id, id_with([](Manifest& m) { m.overrides[0].reason = "another"; }));
}

TEST(Manifest, EverySingleBitFlipIsFound) {
  const std::string text = Sealed(Example()).text;
  for (size_t bit = 0; bit < text.size() * 8; ++bit) {
    std::string flipped = text;
    flipped[bit / 8] = static_cast<char>(static_cast<unsigned char>(flipped[bit / 8]) ^ (1U << (bit % 8)));
    ASSERT_THAT(ParseManifest(flipped), IsErr(ErrorKind::kCorrupt)) << "bit " << bit;
  }
}

TEST(ManifestFiles, AreThoseOfTheWholeManifest) {
  const std::string text = Sealed(Example()).text;
  const Manifest whole = *ParseManifest(text);
  const auto part = ParseManifestFiles(text);
  ASSERT_OK(part);
  EXPECT_EQ(part->dataset, whole.dataset);
  EXPECT_EQ(part->key, whole.key);
  EXPECT_EQ(part->generation, whole.generation);
  EXPECT_EQ(part->files, whole.files);
  EXPECT_EQ(part->rows, whole.rows);
  EXPECT_EQ(part->content_id, whole.content_id);
  EXPECT_EQ(part->self_sha256, whole.self_sha256);
}

// Also in what it does not take.
TEST(ManifestFiles, EverySingleBitFlipIsFound) {
  const std::string text = Sealed(Example()).text;
  for (size_t at = 0; at < text.size(); ++at) {
    std::string damaged = text;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << (at % 8)));
    EXPECT_FALSE(ParseManifestFiles(damaged)) << at;
  }
}

TEST(ManifestFiles, TheContentIdMustBeThatOfTheContent) {
  const std::string text = Sealed(Example()).text;
  std::string wrong = Resealed(text, [](JsonObject&, JsonObject&) {});
  ASSERT_OK(ParseManifestFiles(wrong));
  const std::string id = ParseManifest(wrong)->content_id;
  const std::string self = ParseManifest(wrong)->self_sha256;
  wrong.replace(wrong.find(id), id.size(), Sha256Hex("another content"));
  std::string without = wrong;
  without.erase(without.find(self), self.size());
  wrong.replace(wrong.find(self), self.size(), Sha256Hex(without));
  EXPECT_THAT(ParseManifestFiles(wrong), IsErr(ErrorKind::kCorrupt, "content_id"));
}

TEST(Manifest, EveryTruncationIsFound) {
  const std::string text = Sealed(Example()).text;
  for (size_t size = 0; size < text.size(); ++size) {
    ASSERT_THAT(ParseManifest(text.substr(0, size)), IsErr(ErrorKind::kCorrupt)) << size;
  }
  EXPECT_THAT(ParseManifest(text + "\n"), IsErr(ErrorKind::kCorrupt, "was changed after it was written"));
}

TEST(Manifest, KeepsUnknownFieldsEverywhere) {
  const std::string text = Resealed(Sealed(Example()).text, [](JsonObject& top, JsonObject& core) {
    top["consumer_note"] = JsonObject{{"self_sha256", ""}, {"x", 1}};
    core["later_feature"] = JsonArray{1, 2};
    (*(*core["files"].AsArray())[0].AsObject())["etag"] = "abc";
    (*(*core["inputs"].AsArray())[1].AsObject())["lines"] = 5;
    (*core["run"].AsObject())["host_class"] = JsonValue();
    JsonArray& pointers = *core["volatile"].AsArray();
    pointers.insert(pointers.begin() + 3, "/ingot/later_feature");  // writers sort them
  });
  const auto manifest = ParseManifest(text);
  ASSERT_OK(manifest);
  EXPECT_TRUE(manifest->fields.contains("consumer_note"));
  EXPECT_TRUE(manifest->extra.contains("later_feature"));
  EXPECT_EQ(manifest->files[0].extra.at("etag"), JsonValue("abc"));
  const SealedManifest again = Sealed(*manifest);
  EXPECT_EQ(again.content_id, manifest->content_id);
  EXPECT_EQ(*ParseManifest(again.text), *manifest);
}

TEST(Manifest, LateRowsOfOlderVersionsDoNotSayWhatWasUnreadable) {
  const std::string text = Resealed(Sealed(Example()).text, [](JsonObject&, JsonObject& core) {
    EXPECT_EQ(core["late"].AsObject()->erase("unreadable"), 1U);
  });
  const auto manifest = ParseManifest(text);
  ASSERT_OK(manifest);
  EXPECT_EQ(manifest->late->rows, 4U);
  EXPECT_FALSE(manifest->late->unreadable.has_value());
  EXPECT_EQ(Sealed(*manifest).text, text);
}

TEST(Manifest, RefusesWhatItMustUnderstandAndDoesNot) {
  const std::string text = Sealed(Example()).text;
  EXPECT_THAT(ParseManifest(Resealed(text, [](JsonObject&, JsonObject& core) { core["format"] = 2; })),
              IsErr(ErrorKind::kUnsupported, "/ingot/format is 2"));
  EXPECT_THAT(ParseManifest(Resealed(text, [](JsonObject&, JsonObject& core) { core["format"] = 0; })),
              IsErr(ErrorKind::kCorrupt, "/ingot/format is 0"));
  EXPECT_THAT(ParseManifest(Resealed(
                  text, [](JsonObject&, JsonObject& core) { core["required_features"] = JsonArray{"encryption"}; })),
              IsErr(ErrorKind::kUnsupported, "'encryption'"));
}

TEST(Manifest, NamesThePointerOfWhatIsWrong) {
  const std::string text = Sealed(Example()).text;
  const auto refused = [&](const std::string& part, const std::function<void(JsonObject&)>& change) {
    EXPECT_THAT(ParseManifest(Resealed(text, [&](JsonObject&, JsonObject& core) { change(core); })),
                IsErr(ErrorKind::kCorrupt, part))
        << part;
  };
  const auto file = [](JsonObject& core) -> JsonObject& { return *(*core["files"].AsArray())[0].AsObject(); };
  refused("/ingot/rows must be an integer, but is a string", [](JsonObject& c) { c["rows"] = "2"; });
  refused("/ingot/rows must be an integer, but is a number", [](JsonObject& c) { c["rows"] = 2.0; });
  refused("/ingot/dataset is missing", [](JsonObject& c) { c.erase("dataset"); });
  refused("/ingot/files names no file", [&](JsonObject& c) { c["files"] = JsonArray{}; });
  refused("/ingot/files says that 'data.parquet' has no bytes", [&](JsonObject& c) { file(c)["bytes"] = 0; });
  refused("/ingot/files says that 'data.parquet' has 2 rows in 0 row groups",
          [&](JsonObject& c) { file(c)["row_groups"] = 0; });
  refused("/ingot/rows is 2, and the files have 1", [&](JsonObject& c) { file(c)["rows"] = 1; });
  refused("/ingot/rows is 2, and the files have more", [&](JsonObject& c) { file(c)["rows"] = 3; });
  refused("/ingot/files/0/bytes must not be negative", [&](JsonObject& c) { file(c)["bytes"] = -1; });
  refused("/ingot/files/0/sha256 must be a sha256", [&](JsonObject& c) { file(c)["sha256"] = "abc"; });
  for (const char* path : {"../x", "/etc/passwd", "", "a//b", "a/./b", "a/..", "x\ny"}) {
    refused("/ingot/files/0/path leaves", [&](JsonObject& c) { file(c)["path"] = path; });
  }
  refused("names 'data.parquet' twice", [&](JsonObject& c) {
    const JsonValue first = (*c["files"].AsArray())[0];
    c["files"].AsArray()->push_back(first);
  });
  refused("/ingot/columns/zzz is not a column",
          [](JsonObject& c) { (*c["columns"].AsObject())["zzz"] = JsonObject(); });
  refused("/ingot/columns/meta.n/min does not fit",
          [](JsonObject& c) { (*(*c["columns"].AsObject())["meta.n"].AsObject())["min"] = "x"; });
  refused("/ingot/schema/0/type 'int65' is not a type",
          [](JsonObject& c) { (*(*c["schema"].AsArray())[0].AsObject())["type"] = "int65"; });
  refused("/ingot/schema_fingerprint is not that",
          [](JsonObject& c) { (*(*c["schema"].AsArray())[0].AsObject())["name"] = "renamed"; });
  refused("/ingot/key/0/value 2026-02-30 is not a day",
          [](JsonObject& c) { (*(*c["key"].AsArray())[0].AsObject())["value"] = "2026-02-30"; });
  refused("/ingot/start and end are not the window of the key",
          [](JsonObject& c) { c["start"] = "2026-01-14T00:00:00+00:00"; });
  refused("/ingot/checks/0/verdict is unknown",
          [](JsonObject& c) { (*(*c["checks"].AsArray())[0].AsObject())["verdict"] = "fine"; });
  refused("/ingot/rejects/file leaves", [](JsonObject& c) { (*c["rejects"].AsObject())["file"] = "../r"; });
  refused("/ingot/run/started must be an instant",
          [](JsonObject& c) { (*c["run"].AsObject())["started"] = "yesterday"; });
}

TEST(Manifest, RefusesWhatIsNoManifest) {
  EXPECT_THAT(ParseManifest("{}"), IsErr(ErrorKind::kCorrupt, "not a manifest of Ingot"));
  EXPECT_THAT(ParseManifest("[1]"), IsErr(ErrorKind::kCorrupt, "not a manifest of Ingot"));
  EXPECT_THAT(ParseManifest("{\"ingot\": {\"self_sha256\": \"\"}}"), IsErr(ErrorKind::kCorrupt, "not a manifest"));
  EXPECT_THAT(ParseManifest("not json"), IsErr(ErrorKind::kCorrupt, "not valid JSON"));
  EXPECT_THAT(ParseManifest(R"({"a": 1, "a": 2})"), IsErr(ErrorKind::kCorrupt, "duplicate key"));
  EXPECT_THAT(ParseManifest(std::string(2000, '[')), IsErr(ErrorKind::kResourceLimit));
}

TEST(Manifest, SealRefusesWhatItCannotProve) {
  Manifest m = Example();
  m.fields["ingot"] = 1;
  EXPECT_THAT(SealManifest(m), IsErr(ErrorKind::kConfig, "'ingot' belongs to Ingot"));
  m = Example();
  m.files[0].path = "../data.parquet";
  EXPECT_THAT(SealManifest(m), IsErr(ErrorKind::kInvalidData, "leaves the folder"));
  m = Example();
  m.volatile_fields = {"/ingot/files"};
  EXPECT_THAT(SealManifest(m), IsErr(ErrorKind::kInvalidData, "cannot be volatile"));
  m = Example();
  m.inputs[0].path = "\xff.gz";
  EXPECT_THAT(SealManifest(m), IsErr(ErrorKind::kInvalidData, "/ingot/inputs/0/path"));
}

// The block that begins behind `fence` in a document.
std::string DocumentedBlock(const std::string& path, const std::string& fence) {
  const auto page = ReadWholeFile(path);
  EXPECT_OK(page);
  const size_t begin = page.ok() ? page->find(fence) + fence.size() : 0;
  return page.ok() ? page->substr(begin, page->find("```", begin) - begin) : std::string();
}

TEST(Manifest, DocumentedExampleIsOne) {
  const std::string text = DocumentedBlock("docs/formats/manifest.md", "```json\n");
  const auto manifest = ParseManifest(text);
  ASSERT_OK(manifest);
  EXPECT_EQ(manifest->dataset, "orders");
  EXPECT_EQ(Sealed(*manifest).text, text);
}

TEST(Manifest, HostileTextCannotMoveTheSelfHash) {
  Manifest m = Example();
  m.fields["a"] = JsonObject{{"self_sha256", ""}};
  m.fields["b"] = "\n  \"ingot\": {\n    \"self_sha256\": \"\"";
  m.fields["zz"] = JsonObject{{"ingot", JsonObject{{"self_sha256", ""}}}};
  m.extra["also"] = JsonObject{{"self_sha256", ""}};
  const auto parsed = ParseManifest(Sealed(m).text);
  ASSERT_OK(parsed);
  EXPECT_EQ(parsed->fields, m.fields);
}

RC_GTEST_PROP(Manifest, AnySchemaSurvives, ()) {
  Manifest m = Example();
  m.schema = *GenerateSchema(3);
  m.columns.clear();
  for (const Leaf& leaf : EnumerateLeaves(m.schema)) {
    m.columns.push_back({leaf.DisplayPath(), 1, std::nullopt, std::nullopt, "", {}});
  }
  const auto parsed = ParseManifest(Sealed(m).text);
  RC_ASSERT(parsed.ok());
  RC_ASSERT(parsed->schema == m.schema);
  RC_ASSERT(parsed->columns == m.columns);
}

TEST(StatisticFromInt, WritesDatesInstantsAndDecimalsAsText) {
  const auto text = [](std::string_view type, int64_t value) {
    return std::get<std::string>(StatisticFromInt(*ParseType(type), value));
  };
  EXPECT_EQ(StatisticFromInt(Scalar(TypeKind::kInt16), -3), StatisticValue(int64_t{-3}));
  EXPECT_EQ(text("date", -1), "1969-12-31");
  EXPECT_EQ(text("timestamp[ms]", 1), "1970-01-01T00:00:00.001Z");
  EXPECT_EQ(text("timestamp[us]", -1), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(text("timestamp[ns]", 1'768'435'509'123'456'789), "2026-01-15T00:05:09.123456789Z");
  EXPECT_EQ(text("decimal(10,4)", 123456), "12.3456");
  EXPECT_EQ(text("decimal(10,4)", -1), "-0.0001");
  EXPECT_EQ(text("decimal(4,0)", -12), "-12");
  EXPECT_EQ(text("decimal(18,2)", std::numeric_limits<int64_t>::min()), "-92233720368547758.08");
}

TEST(ContainedPath, CannotLeaveItsFolder) {
  EXPECT_TRUE(IsContainedPath("a/b.c/..d"));
  for (const char* path : {"", "/a", "a/", "a//b", ".", "..", "a/../b", "a/.", "a\\\n"}) {
    EXPECT_FALSE(IsContainedPath(path)) << path;
  }
  EXPECT_FALSE(IsContainedPath(std::string_view("a\0b", 3)));
}

TEST(ManifestFields, AreEvaluatedInPlace) {
  const ComputedField rows{ManifestFunction::kRows, "", std::nullopt, ""};
  const ComputedField now{ManifestFunction::kNow, "", std::nullopt, ""};
  const ManifestFields fields = {{"tier", JsonValue("tier2")},
                                 {"row_count", rows},
                                 {"window", ManifestFields{{"a/b", now}, {"x", JsonValue(1)}}},
                                 {"built", now}};
  const auto compute = [](const ComputedField& field) -> Result<JsonValue> {
    return field.function == ManifestFunction::kRows ? JsonValue(5) : JsonValue("now");
  };
  EXPECT_EQ(*WriteJson(*EvaluateManifestFields(fields, compute), JsonStyle::kCompact),
            R"({"built":"now","row_count":5,"tier":"tier2","window":{"a/b":"now","x":1}})");
  EXPECT_EQ(VolatilePointers(fields), (std::vector<std::string>{"/window/a~1b", "/built"}));
  const auto fails = [](const ComputedField&) -> Result<JsonValue> { return Error(ErrorKind::kInvalidData, "no"); };
  EXPECT_THAT(EvaluateManifestFields(fields, fails), IsErr(ErrorKind::kInvalidData, "manifest field 'row_count': no"));
}

TEST(ManifestFunctions, TableFollowsTheEnumeration) {
  for (const ManifestFunctionInfo& info : ManifestFunctions()) {
    EXPECT_EQ(&Describe(info.function), &info);
    EXPECT_EQ(FindManifestFunction(info.name), &info);
    EXPECT_FALSE(info.doc.empty());
  }
  EXPECT_EQ(FindManifestFunction("row"), nullptr);
}

TEST(FormatDay, TakesTheSameLettersAsPaths) {
  const UtcDay day = *ParseUtcDay("2026-01-05");
  EXPECT_EQ(*FormatDay("", day), "2026-01-05");
  EXPECT_EQ(*FormatDay("%Y%m%d", day), "20260105");
  EXPECT_EQ(*FormatDay("%d.%m.%Y 100%%", day), "05.01.2026 100%");
  EXPECT_THAT(FormatDay("%H", day), IsErr(ErrorKind::kConfig));
  EXPECT_THAT(FormatDay("%", day), IsErr(ErrorKind::kConfig));
}

}  // namespace
}  // namespace ingot
