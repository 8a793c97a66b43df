#include "commit/journal.h"

#include <gtest/gtest.h>

#include <string>

#include "base/result_matchers.h"
#include "base/sha256.h"

namespace ingot {
namespace {

Journal Sample() {
  Journal journal;
  journal.slot = "daily/2026-01-15";
  journal.run_id = "01JHW8";
  journal.content_id = std::string(64, 'c');
  journal.started = {1'768'435'200, 123'456'000};
  journal.folder_use = FolderUse::kOwn;
  journal.method = ReplaceMethod::kExchange;
  journal.staged_inode = 4711;
  journal.files = {{"data.parquet", 12, std::string(64, 'a')}, {"manifest.json", 0, std::string(64, 'b')}};
  journal.previous = {"data.parquet", "manifest.json"};
  journal.carried = {"NOTE with spaces", "a\nb%\xff/\x7f"};
  return journal;
}

std::string Sealed(const std::string& body) { return body + "end " + Sha256Hex(body) + "\n"; }

TEST(Journal, ReadsWhatItWrites) {
  Journal journal = Sample();
  for (const FolderUse use : {FolderUse::kOwn, FolderUse::kShared}) {
    for (const ReplaceMethod method : {ReplaceMethod::kCreate, ReplaceMethod::kExchange, ReplaceMethod::kFiles}) {
      journal.folder_use = use;
      journal.method = method;
      const auto read = ParseJournal(FormatJournal(journal));
      ASSERT_OK(read);
      EXPECT_EQ(*read, journal);
    }
  }
}

TEST(Journal, LooksLikeThis) {
  Journal journal = Sample();
  journal.carried = {"my note"};
  const std::string text = FormatJournal(journal);
  EXPECT_EQ(text.substr(0, text.find("end ")),
            "ingot-journal 1\nslot daily/2026-01-15\nrun 01JHW8\ncontent " + std::string(64, 'c') +
                "\nstarted 2026-01-15T00:00:00.123456+00:00\nfolder own\nmethod exchange\ninode 4711\nfile " +
                std::string(64, 'a') + " 12 data.parquet\nfile " + std::string(64, 'b') +
                " 0 manifest.json\nprevious data.parquet\nprevious manifest.json\ncarried my%20note\n");
}

TEST(Journal, TargetsFollowTheUseOfTheFolder) {
  Journal journal = Sample();
  EXPECT_EQ(journal.Target("data.parquet"), "daily/2026-01-15/data.parquet");
  journal.folder_use = FolderUse::kShared;
  EXPECT_EQ(journal.Target("flat/x.parquet"), "flat/x.parquet");
}

TEST(Journal, EveryCutIsDamage) {
  const std::string text = FormatJournal(Sample());
  for (size_t length = 0; length < text.size(); ++length) {
    EXPECT_FALSE(ParseJournal(text.substr(0, length)).ok()) << length;
  }
}

TEST(Journal, EveryFlippedBitIsDamage) {
  const std::string text = FormatJournal(Sample());
  for (size_t bit = 0; bit < text.size() * 8; ++bit) {
    std::string flipped = text;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(ParseJournal(flipped).ok()) << bit;
  }
}

TEST(Journal, ANewerFormatIsNotTouched) {
  EXPECT_THAT(ParseJournal(Sealed("ingot-journal 2\nanything\n")), IsErr(ErrorKind::kUnsupported));
}

TEST(Journal, RefusesPathsThatLeadOutEvenWhenSealed) {
  const std::string head = "ingot-journal 1\nslot a\nfolder own\nmethod create\ninode 1\n";
  const std::string file = "file " + std::string(64, 'a') + " 1 ";
  ASSERT_OK(ParseJournal(Sealed(head + file + "x\n")));
  for (const std::string& body :
       {head + file + "../x\n", head + file + "x\nprevious /etc/passwd\n", head + file + "x\ncarried a/../..\n",
        head + file + ".ingot/x\n", head + file + "x\nslot ..\n", head + file + "%2E%2E\n", head + file + "\n"}) {
    EXPECT_THAT(ParseJournal(Sealed(body)), IsErr(ErrorKind::kCorrupt)) << body;
  }
}

TEST(Journal, RefusesWhatItWouldNotWrite) {
  const std::string head = "ingot-journal 1\nslot a\n";
  const std::string file = "file " + std::string(64, 'a') + " 1 x\n";
  for (const std::string& body :
       {head, "ingot-journal 1\n" + file, head + "file x 1 x\n", head + "file " + std::string(64, 'A') + " 1 x\n",
        head + "file " + std::string(64, 'a') + " -1 x\n", head + file + "method sideways\n",
        head + file + "folder none\n", head + file + "inode x\n", head + file + "word\n", head + file + "run a%2\n",
        head + file + "run %41\n", head + file + "started yesterday\n", head + file + "new 1\n"}) {
    EXPECT_THAT(ParseJournal(Sealed(body)), IsErr(ErrorKind::kCorrupt)) << body;
  }
}

}  // namespace
}  // namespace ingot
