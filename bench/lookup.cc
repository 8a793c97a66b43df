// Point lookups in a key manifest: Ingot beside LMDB and RocksDB, which get the same keys and the same paths, and a
// pointer chase that says what one dependent access to memory costs. Run by bench/lookup.py.
//
//   bench_lookup MANIFEST FOLDER QUERIES     prints one JSON object
#include "lookup/lookup.h"

#include <fmt/format.h>
#include <lmdb.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/sst_file_writer.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <functional>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace ingot;  // NOLINT(google-build-using-namespace): a program of one file
using SteadyClock = std::chrono::steady_clock;

// Processor time of this thread: on a machine with other work, wall time measures that.
double CpuNanoseconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

double Nanoseconds(SteadyClock::duration time) { return std::chrono::duration<double, std::nano>(time).count(); }

template <typename T>
T Must(Result<T> result) {
  if (!result) {
    fmt::print(stderr, "{}\n", result.error().ToString());
    std::exit(1);
  }
  return *std::move(result);
}

void Check(bool good, std::string_view what) {
  if (!good) {
    fmt::print(stderr, "{} failed\n", what);
    std::exit(1);
  }
}

// Small, and one after the other: what is measured is not the reading of the questions.
struct Query {
  std::array<char, 27> text;
  uint8_t size = 0;
  int32_t tissue = 0;

  std::string_view gene() const { return {text.data(), size}; }
};

// What LMDB and RocksDB are asked for: sorts like (gene, tissue).
void EncodeKey(std::string_view gene, int64_t tissue, std::string* key) {
  key->assign(gene);
  key->push_back('\0');
  for (int shift = 24; shift >= 0; shift -= 8) {
    key->push_back(static_cast<char>(static_cast<uint64_t>(tissue) >> shift));
  }
}

struct Figures {
  double mean_ns = 0;
  double p50_ns = 0;
  double p99_ns = 0;
  uint64_t found = 0;
  uint64_t path_sum = 0;  // of the bytes of all paths: contenders must agree
};

uint64_t SumOf(std::string_view path) {
  uint64_t sum = 0;
  for (const char c : path) {
    sum += static_cast<uint8_t>(c);
  }
  return sum;
}

// What reading the clock twice costs.
double ClockCost() {
  std::vector<double> times;
  for (int i = 0; i < 100'000; ++i) {
    const auto begin = SteadyClock::now();
    times.push_back(Nanoseconds(SteadyClock::now() - begin));
  }
  std::nth_element(times.begin(), times.begin() + 50'000, times.end());
  return times[50'000];
}

// Times of single calls, counted by nanoseconds: a list of them would push out of the caches what is measured.
class Histogram {
 public:
  void Add(double ns) { ++counts_[std::min(static_cast<size_t>(std::max(ns, 0.0)), counts_.size() - 1)]; }
  double Quantile(double part) const {
    const uint64_t all = std::accumulate(counts_.begin(), counts_.end(), uint64_t{0});
    uint64_t seen = 0;
    size_t ns = 0;
    while (ns + 1 < counts_.size() && static_cast<double>(seen += counts_[ns]) < part * static_cast<double>(all)) {
      ++ns;
    }
    return static_cast<double>(ns);
  }

 private:
  std::vector<uint64_t> counts_ = std::vector<uint64_t>(100'000);
};

// Calls `ask` with every question. They are fetched ahead, and not into the caches that others need.
template <typename Ask>
void ForEachQuery(const std::vector<Query>& queries, const Ask& ask) {
  constexpr size_t kAhead = 16;
  for (size_t i = 0; i < queries.size(); ++i) {
    __builtin_prefetch(&queries[std::min(i + kAhead, queries.size() - 1)], 0, 0);
    ask(queries[i]);
  }
}

// `find` puts the path into the string, and says whether there is one. Three passes: one warms up, one is timed as a
// whole, one key by key.
Figures Measure(const std::vector<Query>& queries, const std::function<bool(const Query&, std::string*)>& find) {
  Figures figures;
  std::string path;
  ForEachQuery(queries, [&](const Query& query) {
    if (find(query, &path)) {
      ++figures.found;
      figures.path_sum += SumOf(path);
    }
  });
  const double begin = CpuNanoseconds();
  ForEachQuery(queries, [&](const Query& query) { find(query, &path); });
  figures.mean_ns = (CpuNanoseconds() - begin) / static_cast<double>(queries.size());
  const double clock_cost = ClockCost();
  Histogram times;
  ForEachQuery(queries, [&](const Query& query) {
    const auto one = SteadyClock::now();
    find(query, &path);
    times.Add(Nanoseconds(SteadyClock::now() - one) - clock_cost);
  });
  figures.p50_ns = times.Quantile(0.5);
  figures.p99_ns = times.Quantile(0.99);
  return figures;
}

// One dependent access: a random cycle through lines of memory far larger than any cache.
double PointerChase(uint64_t bytes) {
  constexpr size_t kStep = 8;  // a cache line of words
  const size_t lines = bytes / 64;
  std::vector<uint64_t> memory(lines * kStep);
  std::vector<uint32_t> order(lines);
  for (uint32_t i = 0; i < lines; ++i) {
    order[i] = i;
  }
  std::mt19937_64 random(1);
  std::shuffle(order.begin(), order.end(), random);
  for (size_t i = 0; i < lines; ++i) {
    memory[order[i] * kStep] = uint64_t{order[(i + 1) % lines]} * kStep;
  }
  constexpr int kSteps = 5'000'000;
  uint64_t at = 0;
  const double begin = CpuNanoseconds();
  for (int i = 0; i < kSteps; ++i) {
    at = memory[at];
  }
  const double time = (CpuNanoseconds() - begin) / kSteps;
  return at == UINT64_MAX ? 0 : time;
}

using Fill = std::function<void(const std::function<void(std::string_view key, std::string_view path)>& put)>;

class Lmdb {
 public:
  Lmdb(const std::string& folder, const Fill& fill) {
    std::filesystem::create_directories(folder);
    Check(mdb_env_create(&env_) == 0 && mdb_env_set_mapsize(env_, size_t{16} << 30U) == 0 &&
              mdb_env_open(env_, folder.c_str(), MDB_NOSYNC | MDB_WRITEMAP | MDB_NORDAHEAD, 0644) == 0,
          "lmdb open");
    MDB_txn* write = nullptr;
    Check(mdb_txn_begin(env_, nullptr, 0, &write) == 0 && mdb_dbi_open(write, nullptr, 0, &dbi_) == 0, "lmdb begin");
    fill([&](std::string_view key, std::string_view path) {
      MDB_val k{key.size(), const_cast<char*>(key.data())};
      MDB_val v{path.size(), const_cast<char*>(path.data())};
      Check(mdb_put(write, dbi_, &k, &v, MDB_APPEND) == 0, "lmdb put");
    });
    Check(mdb_txn_commit(write) == 0 && mdb_txn_begin(env_, nullptr, MDB_RDONLY, &read_) == 0, "lmdb commit");
  }
  ~Lmdb() {
    mdb_txn_abort(read_);
    mdb_env_close(env_);
  }
  Lmdb(const Lmdb&) = delete;
  Lmdb& operator=(const Lmdb&) = delete;

  bool Find(const Query& query, std::string* path) {
    EncodeKey(query.gene(), query.tissue, &key_);
    MDB_val k{key_.size(), key_.data()};
    MDB_val v{};
    if (mdb_get(read_, dbi_, &k, &v) != 0) {
      return false;
    }
    path->assign(static_cast<const char*>(v.mv_data), v.mv_size);
    return true;
  }

 private:
  MDB_env* env_ = nullptr;
  MDB_txn* read_ = nullptr;
  MDB_dbi dbi_ = 0;
  std::string key_;
};

class RocksDb {
 public:
  RocksDb(const std::string& folder, const Fill& fill) {
    rocksdb::Options options;
    options.create_if_missing = true;
    options.compression = rocksdb::kNoCompression;
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = rocksdb::NewLRUCache(size_t{4} << 30U);
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10, false));
    table.data_block_index_type = rocksdb::BlockBasedTableOptions::kDataBlockBinaryAndHash;
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    rocksdb::DB* db = nullptr;
    Check(rocksdb::DB::Open(options, folder, &db).ok(), "rocksdb open");
    db_.reset(db);
    const std::string file = folder + "/bulk.sst";
    rocksdb::SstFileWriter writer(rocksdb::EnvOptions(), options);
    Check(writer.Open(file).ok(), "rocksdb file");
    fill([&](std::string_view key, std::string_view path) {
      Check(writer.Put(rocksdb::Slice(key.data(), key.size()), rocksdb::Slice(path.data(), path.size())).ok(),
            "rocksdb put");
    });
    Check(writer.Finish().ok() && db_->IngestExternalFile({file}, {}).ok(), "rocksdb ingest");
  }

  bool Find(const Query& query, std::string* path) {
    EncodeKey(query.gene(), query.tissue, &key_);
    rocksdb::PinnableSlice value;
    if (!db_->Get(rocksdb::ReadOptions(), db_->DefaultColumnFamily(), key_, &value).ok()) {
      return false;
    }
    path->assign(value.data(), value.size());
    return true;
  }

 private:
  std::unique_ptr<rocksdb::DB> db_;
  std::string key_;
};

std::string Print(std::string_view name, const Figures& figures) {
  return fmt::format(R"("{}": {{"mean_ns": {:.1f}, "p50_ns": {:.1f}, "p99_ns": {:.1f}, "found": {}, "path_sum": {}}})",
                     name, figures.mean_ns, figures.p50_ns, figures.p99_ns, figures.found, figures.path_sum);
}

// Nanoseconds for each key of batches; also the sums, to compare.
Figures MeasureBatch(const Lookup& lookup, const std::vector<Query>& queries, bool with_paths) {
  constexpr size_t kKeys = 65'536;
  std::vector<std::string_view> genes;
  std::vector<int64_t> tissues;
  for (const Query& query : queries) {
    genes.push_back(query.gene());
    tissues.push_back(query.tissue);
  }
  Figures figures;
  LookupBatch batch;
  for (int pass = 0; pass < 2; ++pass) {
    figures = Figures();
    double time = 0;
    for (size_t begin = 0; begin < queries.size(); begin += kKeys) {
      const size_t count = std::min(kKeys, queries.size() - begin);
      const std::array<KeyPartArray, 2> columns{std::span(genes).subspan(begin, count),
                                                std::span<const int64_t>(tissues).subspan(begin, count)};
      const double one = CpuNanoseconds();
      if (with_paths) {
        Check(lookup.FindMany(columns, &batch).ok(), "batch");
        time += CpuNanoseconds() - one;
        figures.path_sum += SumOf(batch.paths.bytes);
        figures.found += batch.found_count;
      } else {
        Check(lookup.ExistsMany(columns, &batch.found).ok(), "batch");
        time += CpuNanoseconds() - one;
        figures.found += static_cast<uint64_t>(std::count(batch.found.begin(), batch.found.end(), 1));
      }
    }
    figures.mean_ns = time / static_cast<double>(queries.size());
  }
  return figures;
}

std::vector<Query> MakeQueries(const ColumnValues& genes, const ColumnValues& tissues, uint64_t count) {
  std::mt19937_64 random(42);
  std::vector<Query> queries;
  for (uint64_t i = 0; i < count; ++i) {
    std::string gene(genes.TextAt(random() % genes.size()));
    const int64_t tissue = tissues.numbers[random() % tissues.size()];
    gene += random() % 10 == 0 ? "x" : "";
    Query& query = queries.emplace_back();
    Check(gene.size() <= query.text.size(), "a gene of moderate length");
    std::copy(gene.begin(), gene.end(), query.text.begin());
    query.size = static_cast<uint8_t>(gene.size());
    query.tissue = static_cast<int32_t>(tissue);
  }
  return queries;
}

}  // namespace

int main(int argc, char** argv) {
  Check(argc == 4, "bench_lookup MANIFEST FOLDER QUERIES");
  const std::string manifest = argv[1];
  const std::string folder = argv[2];
  Must(BuildLookupIndex(manifest, {}, {}));
  std::vector<double> opens;
  for (int i = 0; i < 50; ++i) {
    const auto begin = SteadyClock::now();
    const Lookup one = Must(Lookup::Open(manifest));
    opens.push_back(Nanoseconds(SteadyClock::now() - begin) / 1e6);
  }
  std::sort(opens.begin(), opens.end());
  const Lookup lookup = Must(Lookup::Open(manifest));
  const ColumnValues genes = Must(lookup.Unique("gene_id"));
  const ColumnValues tissues = Must(lookup.Unique("tissue_id"));
  const auto queries = MakeQueries(genes, tissues, std::strtoull(argv[3], nullptr, 10));
  const Fill fill = [&](const auto& put) {
    std::string key;
    for (uint64_t i = 0; i < genes.size(); ++i) {
      const std::array<ColumnCondition, 1> gene{ColumnCondition{"gene_id", genes.TextAt(i)}};
      const LookupRecords records = Must(lookup.Records(gene));
      for (uint64_t row = 0; row < records.rows(); ++row) {
        EncodeKey(genes.TextAt(i), records.keys[1].numbers[row], &key);
        put(key, records.paths.TextAt(row));
      }
    }
  };
  std::vector<std::string> lines;
  lines.push_back(fmt::format(R"("keys": {}, "index_bytes": {}, "open_p50_ms": {:.3f}, "chase_ns": {:.1f})",
                              lookup.report().keys, lookup.report().bytes, opens[opens.size() / 2],
                              PointerChase(uint64_t{512} << 20U)));
  lines.push_back(Print("ingot", Measure(queries, [&](const Query& query, std::string* path) {
                          const std::array<KeyPart, 2> key{query.gene(), int64_t{query.tissue}};
                          return *lookup.Find(key, path);
                        })));
  lines.push_back(Print("ingot exists", Measure(queries, [&](const Query& query, std::string* path) {
                          path->clear();
                          const std::array<KeyPart, 2> key{query.gene(), int64_t{query.tissue}};
                          return *lookup.Exists(key);
                        })));
  lines.push_back(Print("ingot batch", MeasureBatch(lookup, queries, true)));
  lines.push_back(Print("ingot exists batch", MeasureBatch(lookup, queries, false)));
  {
    Lmdb lmdb(folder + "/lmdb", fill);
    lines.push_back(
        Print("lmdb", Measure(queries, [&](const Query& q, std::string* path) { return lmdb.Find(q, path); })));
  }
  {
    RocksDb rocks(folder + "/rocksdb", fill);
    lines.push_back(
        Print("rocksdb", Measure(queries, [&](const Query& q, std::string* path) { return rocks.Find(q, path); })));
  }
  fmt::print("{{\n  {}\n}}\n", fmt::join(lines, ",\n  "));
  return 0;
}
