#include "store/confirmed_put.h"

namespace ingot {
namespace {

Result<bool> HasContent(Store& store, const ObjectInfo& info, const UploadBody& body) {
  if (info.bytes != body.bytes->bytes()) {
    return false;
  }
  if (!info.sha256.empty()) {
    return info.sha256 == body.sha256;
  }
  INGOT_ASSIGN(const auto bytes, store.Open(info));
  INGOT_ASSIGN(const FileDigest digest, DigestOf(*bytes));
  return digest.sha256 == body.sha256;
}

}  // namespace

Result<ObjectInfo> PutConfirmed(Store& store, std::string_view key, const UploadBody& body,
                                const Precondition& precondition) {
  Result<ObjectInfo> put = store.Put(key, body, precondition);
  if (put || (put.error().kind() != ErrorKind::kUnknownOutcome && put.error().kind() != ErrorKind::kConflict)) {
    return put;
  }
  Result<ObjectInfo> present = store.Head(key);
  if (!present) {
    return put;
  }
  const Result<bool> is_ours = HasContent(store, *present, body);
  return is_ours && *is_ours ? std::move(present) : std::move(put);
}

}  // namespace ingot
