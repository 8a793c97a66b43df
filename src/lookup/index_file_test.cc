// The index file in a hostile world: damaged, cut, of another manifest, of another version, replaced, and used by many.
#include "lookup/index_file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <random>
#include <set>
#include <thread>

#include "base/result_matchers.h"
#include "lookup/index_fixture.h"
#include "lookup/lookup_fixture.h"

namespace ingot {
namespace {

class IndexFileTest : public testing::Test {
 protected:
  std::string Manifest() const { return folder_.File("m.parquet"); }
  std::string IndexPath() const { return LookupIndexPath(Manifest()); }
  void WriteManifest(const std::vector<GeneRow>& rows) const { WriteBytes(Manifest(), GeneManifest(rows)); }
  // Also removes the old file's inode number from what an index may know.
  void ReplaceManifest(const std::vector<GeneRow>& rows) const {
    WriteBytes(folder_.File("new"), GeneManifest(rows));
    std::filesystem::rename(folder_.File("new"), Manifest());
  }
  std::string MakeIndex() const {
    EXPECT_OK(BuildLookupIndex(Manifest(), {}, {}));
    return ReadBytes(IndexPath());
  }

  // All kinds of questions. True when every answer is right.
  static bool AnswersAreRight(const Lookup& lookup, const std::vector<GeneRow>& rows) {
    std::string path;
    for (size_t i = 0; i < rows.size(); ++i) {
      const auto found = lookup.Find(GeneKey(rows[i].gene, rows[i].tissue), &path);
      const auto absent = lookup.Exists(GeneKey(rows[i].gene, rows[i].tissue + 1));
      if (!found || !*found || path != rows[i].path || !absent || *absent) {
        return false;
      }
    }
    const std::vector<ColumnCondition> gene{{"gene_id", rows[0].gene}};
    const std::vector<ColumnCondition> tissue{{"tissue_id", rows[0].tissue}};
    const auto by_gene = lookup.Records(gene);
    const auto by_tissue = lookup.Records(tissue);
    const auto genes = lookup.Unique("gene_id");
    const auto tissues = lookup.Unique("tissue_id");
    const auto count = [&rows](const auto& wanted) {
      return static_cast<uint64_t>(std::count_if(rows.begin(), rows.end(), wanted));
    };
    return by_gene && by_gene->rows() == count([&](const GeneRow& row) { return row.gene == rows[0].gene; }) &&
           by_tissue && by_tissue->rows() == count([&](const GeneRow& row) { return row.tissue == rows[0].tissue; }) &&
           genes && tissues && tissues->numbers[0] == 0 && genes->TextAt(0) == GeneName(0);
  }

  const TestFolder folder_;
};

// Rows whose paths are partly stored, so that every section of an index is there.
std::vector<GeneRow> MixedRows(uint64_t genes) {
  auto rows = GeneRows(genes, 8);
  for (size_t i = 0; i < rows.size(); i += 5) {
    rows[i].path = "odd/" + std::to_string(i);
  }
  return rows;
}

// With one gene whose name is so long that groups are packed, and have no places of equal size.
std::vector<GeneRow> WithGiant(std::vector<GeneRow> rows) {
  const std::string name = "X" + std::string(3000, 'x');
  rows.push_back({name, 0, GenePath(name, 0)});
  return rows;
}

// Rows for each of the two ways in which an index may keep its groups.
std::vector<std::vector<GeneRow>> BothKinds(uint64_t genes) { return {MixedRows(genes), WithGiant(MixedRows(genes))}; }

TEST_F(IndexFileTest, IsMadeOnceAndThenOpened) {
  WriteManifest(GeneRows(50, 8));
  const auto made = BuildLookupIndex(Manifest(), {}, {});
  ASSERT_OK(made);
  EXPECT_EQ(made->origin, IndexOrigin::kBuilt);
  EXPECT_EQ(made->path, IndexPath());
  EXPECT_EQ(made->manifest_sha256, Sha256Hex(ReadBytes(Manifest())));
  EXPECT_EQ(made->bytes, ReadBytes(IndexPath()).size());
  const auto again = BuildLookupIndex(Manifest(), {}, {});
  ASSERT_OK(again);
  EXPECT_EQ(again->origin, IndexOrigin::kOpened);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_.path()), {}), 2);
}

TEST_F(IndexFileTest, MemoryDoesNotChangeItsBytes) {
  for (const std::vector<GeneRow>& rows : BothKinds(4000)) {
    ReplaceManifest(rows);
    const std::string wide = MakeIndex();
    const bool is_packed = IndexBytes(wide).trailer.place_bytes == 0;
    EXPECT_EQ(is_packed, rows.back().gene.size() > 1000);
    std::filesystem::remove(IndexPath());
    LookupContext narrow;
    narrow.memory_limit_bytes = 64 << 10;
    ASSERT_OK(BuildLookupIndex(Manifest(), {}, narrow));
    const std::string bytes = ReadBytes(IndexPath());
    // Enough memory for the dictionary of tissues, without which it would have another form, and for little else.
    EXPECT_TRUE(std::string_view(bytes).substr(0, bytes.size() - sizeof(ManifestIdentity)) ==
                std::string_view(wide).substr(0, wide.size() - sizeof(ManifestIdentity)));
  }
}

TEST_F(IndexFileTest, ASingleFlippedBitNeverGivesAWrongAnswer) {
  std::mt19937_64 random(17);
  for (const std::vector<GeneRow>& rows : BothKinds(60)) {
    ReplaceManifest(rows);
    const std::string good = MakeIndex();
    std::set<uint64_t> bits;
    while (bits.size() < 1000) {
      bits.insert(random() % (good.size() * 8));
    }
    // The last bytes, trailer and identity, in every byte.
    for (uint64_t byte = good.size() - kIndexTailBytes; byte < good.size(); ++byte) {
      bits.insert(byte * 8 + random() % 8);
    }
    for (const uint64_t bit : bits) {
      std::string bad = good;
      bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
      WriteBytes(IndexPath(), bad);
      const auto lookup = Lookup::Open(Manifest());
      ASSERT_OK(lookup) << bit;
      ASSERT_TRUE(AnswersAreRight(*lookup, rows)) << bit;
    }
  }
}

TEST_F(IndexFileTest, OneThatWasCutIsMadeAgain) {
  for (const std::vector<GeneRow>& rows : BothKinds(2000)) {
    ReplaceManifest(rows);
    const std::string good = MakeIndex();
    std::set<uint64_t> lengths{0, 1, sizeof(ManifestIdentity), kIndexTailBytes - 1, kIndexTailBytes, good.size() - 1};
    for (uint64_t page = 0; page * 4096 < good.size(); ++page) {
      lengths.insert(page * 4096);
    }
    for (const uint64_t length : lengths) {
      WriteBytes(IndexPath(), good.substr(0, length));
      const auto lookup = Lookup::Open(Manifest());
      ASSERT_OK(lookup) << length;
      ASSERT_EQ(lookup->report().origin, IndexOrigin::kBuilt) << length;
      ASSERT_EQ(*lookup->Get(GeneKey(rows[0].gene, rows[0].tissue)), rows[0].path);
    }
    WriteBytes(IndexPath(), good + "x");
    EXPECT_EQ(Lookup::Open(Manifest())->report().origin, IndexOrigin::kBuilt);
    WriteBytes(IndexPath(), std::string(100'000, 'x'));
    EXPECT_EQ(Lookup::Open(Manifest())->report().origin, IndexOrigin::kBuilt);
  }
}

TEST_F(IndexFileTest, OneOfAnotherManifestOrVersionIsMadeAgain) {
  WriteManifest(GeneRows(10, 3));
  const std::string other = MakeIndex();
  const auto rows = GeneRows(20, 4);
  ReplaceManifest(rows);
  WriteBytes(IndexPath(), other);
  const auto lookup = Lookup::Open(Manifest());
  ASSERT_OK(lookup);
  EXPECT_EQ(lookup->report().origin, IndexOrigin::kBuilt);
  EXPECT_TRUE(AnswersAreRight(*lookup, rows));
  for (const uint32_t version : {0U, 1U, kIndexVersion + 1, 4711U}) {
    IndexBytes index(ReadBytes(IndexPath()));
    index.trailer.version = version;
    WriteBytes(IndexPath(), index.Sealed());
    EXPECT_EQ(Lookup::Open(Manifest())->report().origin, IndexOrigin::kBuilt) << version;
  }
}

TEST_F(IndexFileTest, AManifestThatChangedInPlaceIsNoticed) {
  WriteManifest(GeneRows(40, 5));
  MakeIndex();
  struct stat before{};
  ASSERT_EQ(::stat(Manifest().c_str(), &before), 0);
  auto rows = GeneRows(40, 5);
  const std::string bytes = GeneManifest(rows);
  // Same size, same modification time, same inode, other bytes.
  for (GeneRow& row : rows) {
    row.path[row.path.size() - 1] = 'x';
  }
  const std::string changed = GeneManifest(rows);
  ASSERT_EQ(changed.size(), bytes.size());
  WriteBytes(Manifest(), changed);
  const std::array<timespec, 2> times{before.st_atim, before.st_mtim};
  ASSERT_EQ(::utimensat(AT_FDCWD, Manifest().c_str(), times.data(), 0), 0);
  const auto lookup = Lookup::Open(Manifest());
  ASSERT_OK(lookup);
  EXPECT_TRUE(AnswersAreRight(*lookup, rows));
}

TEST_F(IndexFileTest, ACopiedFolderIsRecognisedByTheSha256) {
  const auto rows = GeneRows(30, 5);
  WriteManifest(rows);
  MakeIndex();
  const TestFolder copy;
  const std::string manifest = copy.File("other-name.parquet");
  std::filesystem::copy_file(Manifest(), manifest);
  std::filesystem::copy_file(IndexPath(), LookupIndexPath(manifest));
  const auto lookup = Lookup::Open(manifest);
  ASSERT_OK(lookup);
  EXPECT_EQ(lookup->report().origin, IndexOrigin::kOpened);
  EXPECT_TRUE(AnswersAreRight(*lookup, rows));
}

TEST_F(IndexFileTest, WhereNoFileCanBeMadeItIsInMemory) {
  const auto rows = GeneRows(30, 5);
  WriteManifest(rows);
  // A folder in its place stands for everything that keeps a file from being written; root passes modes.
  std::filesystem::create_directory(IndexPath());
  const auto lookup = Lookup::Open(Manifest());
  ASSERT_OK(lookup);
  EXPECT_EQ(lookup->report().origin, IndexOrigin::kInMemory);
  EXPECT_TRUE(AnswersAreRight(*lookup, rows));
  EXPECT_THAT(BuildLookupIndex(Manifest(), {}, {}), IsErr(ErrorKind::kUsage));
}

TEST_F(IndexFileTest, DamageThatComesWhileItIsOpenIsMended) {
  const auto rows = MixedRows(3000);
  WriteManifest(rows);
  MakeIndex();
  const auto lookup = Lookup::Open(Manifest());
  ASSERT_OK(lookup);
  {
    const auto file = OpenFile(IndexPath(), O_WRONLY);
    ASSERT_OK(file);
    const std::string zeros(40'000, '\0');
    ASSERT_EQ(::pwrite(file->get(), zeros.data(), zeros.size(), 0), static_cast<ssize_t>(zeros.size()));
  }
  EXPECT_TRUE(AnswersAreRight(*lookup, rows));
  EXPECT_EQ(lookup->report().origin, IndexOrigin::kBuilt);
}

TEST_F(IndexFileTest, WhoMustNotWaitIsToldOfDamage) {
  const auto rows = GeneRows(3000, 3);
  WriteManifest(rows);
  MakeIndex();
  const auto lookup = Lookup::Open(Manifest());
  ASSERT_OK(lookup);
  {
    const auto file = OpenFile(IndexPath(), O_WRONLY);
    ASSERT_OK(file);
    const std::string zeros(std::filesystem::file_size(IndexPath()) / 2, '\0');
    ASSERT_EQ(::pwrite(file->get(), zeros.data(), zeros.size(), 0), static_cast<ssize_t>(zeros.size()));
  }
  const std::vector<KeyPart> key = GeneKey(rows[0].gene, rows[0].tissue);
  std::string path;
  const auto untold = lookup->TryFind(key, &path);
  ASSERT_OK(untold);
  EXPECT_EQ(*untold, std::nullopt);
  const auto unsaid = lookup->TryExists(key);
  ASSERT_OK(unsaid);
  EXPECT_EQ(*unsaid, std::nullopt);
  EXPECT_EQ(lookup->report().origin, IndexOrigin::kOpened) << "nothing was made again";
  ASSERT_OK(lookup->Find(key, &path));
  const auto found = lookup->TryFind(key, &path);
  ASSERT_OK(found);
  EXPECT_EQ(*found, true);
  EXPECT_EQ(path, rows[0].path);
}

TEST_F(IndexFileTest, AReplacedManifestIsSeenWholeOrNotAtAll) {
  const auto old_rows = GeneRows(30, 5);
  WriteManifest(old_rows);
  const auto old_lookup = Lookup::Open(Manifest());
  ASSERT_OK(old_lookup);
  const auto new_rows = GeneRows(50, 7);
  ReplaceManifest(new_rows);
  EXPECT_TRUE(AnswersAreRight(*old_lookup, old_rows));
  const auto new_lookup = Lookup::Open(Manifest());
  ASSERT_OK(new_lookup);
  EXPECT_TRUE(AnswersAreRight(*new_lookup, new_rows));
  EXPECT_TRUE(AnswersAreRight(*old_lookup, old_rows));
}

TEST_F(IndexFileTest, ThreadsMayLookUpWhileOneRebuilds) {
  const auto rows = MixedRows(150);
  WriteManifest(rows);
  const std::string good = MakeIndex();
  const auto shared = Lookup::Open(Manifest());
  ASSERT_OK(shared);
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 6; ++round) {
        if (i == 0) {
          std::filesystem::remove(IndexPath());
          wrong += BuildLookupIndex(Manifest(), {}, {}).ok() ? 0 : 1;
        } else if (i == 1) {
          // A torn file, put in place as a whole.
          WriteBytes(folder_.File("torn"), good.substr(0, good.size() / 2));
          std::filesystem::rename(folder_.File("torn"), IndexPath());
        }
        const auto lookup = Lookup::Open(Manifest());
        wrong += lookup && AnswersAreRight(*lookup, rows) && AnswersAreRight(*shared, rows) ? 0 : 1;
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(wrong.load(), 0);
}

TEST_F(IndexFileTest, ProcessesMayLookUpWhileOneRebuilds) {
  const auto rows = MixedRows(150);
  WriteManifest(rows);
  std::vector<pid_t> children;
  for (int i = 0; i < 8; ++i) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      bool right = true;
      for (int round = 0; round < 8; ++round) {
        if (i == 0) {
          ::unlink(IndexPath().c_str());
        }
        const auto lookup = Lookup::Open(Manifest());
        right = right && lookup && AnswersAreRight(*lookup, rows);
      }
      ::_exit(right ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
}

}  // namespace
}  // namespace ingot
