// Objects by key, wherever they are kept: what publishing, pulling and remote reading need of a place for bytes.
//
// A store promises only what every service can keep: whole objects, replaced or not. It has no transactions. The
// commit of a local partition is not behind it (commit/file_transaction.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/random_access.h"
#include "base/raw_reader.h"
#include "base/result.h"
#include "base/utc.h"

namespace ingot {

struct ObjectInfo {
  std::string key;
  uint64_t bytes = 0;
  // Opaque and not empty. Two contents that were under one key never share it; it is not a hash.
  std::string etag;
  std::string sha256;  // 64 hex digits where the store keeps it, else empty
  std::optional<UtcInstant> modified;
};

// When a put or a delete may take effect. One that is not met changes nothing and gives kConflict.
struct Precondition {
  enum class Kind {
    kNone,
    kAbsent,   // no object has the key
    kMatches,  // the object has the etag
  };

  Kind kind = Kind::kNone;
  std::string etag = {};

  static Precondition None() { return {}; }
  static Precondition Absent() { return {Kind::kAbsent, {}}; }
  static Precondition Matches(std::string etag) { return {Kind::kMatches, std::move(etag)}; }
};

// What is put. It may be read more than once.
struct UploadBody {
  const RandomAccess* bytes = nullptr;  // outlives the call
  std::string sha256;                   // of all bytes: 64 hex digits
};

// What a store can do beyond the common ground, and where it has its own rules: so that one suite tests all.
struct StoreTraits {
  std::string_view kind;    // "local"
  bool is_writable = true;  // else Put and Delete are kUnsupported
  // Keys are paths: "a" and "a/b" cannot both exist (kConfig), and only clean relative paths are keys.
  bool keys_are_paths = false;
  bool keeps_sha256 = false;  // ObjectInfo::sha256 is known
  size_t max_key_bytes = 1024;
};

// Takes one object of a listing. An error ends the listing and is its result.
using ObjectVisitor = std::function<Result<void>(const ObjectInfo&)>;

// Calls may come from several threads. Errors of all: kInvalidData for a key that the store cannot have, kPermission,
// kUnavailable and kTimeout for what may pass by itself, always naming the object.
class Store {
 public:
  virtual ~Store() = default;

  virtual const StoreTraits& traits() const = 0;

  // Errors: kNotFound.
  virtual Result<ObjectInfo> Head(std::string_view key) = 0;

  // Opens the very object that `info` describes. Errors, also of its reads: kConflict when the key holds another one by
  // now, or none. A read never mixes two versions.
  virtual Result<std::unique_ptr<RandomAccess>> Open(const ObjectInfo& info) = 0;

  // The same, front to back. Errors: as Open; kCorrupt when it ends before info.bytes.
  virtual Result<std::unique_ptr<RawReader>> OpenStream(const ObjectInfo& info) = 0;

  // Every object whose key begins with `prefix`, which may end anywhere, in ascending order of the keys' bytes. Objects
  // that come or go meanwhile may be in it or not.
  virtual Result<void> List(std::string_view prefix, const ObjectVisitor& visit) = 0;

  // Stores all bytes under the key, or changes nothing. When it returns, they are durable. Errors: kConflict by the
  // precondition; kCorrupt when the bytes do not have body.sha256; kConfig when a path is in the way of another;
  // kUnknownOutcome when the reply was lost (see confirmed_put.h).
  virtual Result<ObjectInfo> Put(std::string_view key, const UploadBody& body, const Precondition& precondition) = 0;

  // An absent object is deleted already, unless the precondition names an etag. Errors: kConflict, kUnknownOutcome.
  virtual Result<void> Delete(std::string_view key, const Precondition& precondition) = 0;
};

// The checks of keys and preconditions that all stores share.
// Errors: kInvalidData for a key that is empty, too long, has a NUL, or is no path where keys are paths.
Result<void> CheckObjectKey(std::string_view key, const StoreTraits& traits);
// `present`: the etag of the object that has the key; nullopt: none. Errors: kConflict.
Result<void> CheckPrecondition(std::string_view key, const Precondition& precondition,
                               const std::optional<std::string>& present);
// kConflict: the object is not the one that was looked at before.
Error ReplacedError(std::string_view key);

}  // namespace ingot
