// Creating and opening a store: one header record, checked against the options.
#include <utility>

#include "absl/strings/str_cat.h"

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/crypto/crypto.h"
#include "engine/store/seal.h"
#include "engine/store/store.h"
#include "engine/store/typed_table.h"

namespace latchkey::store {
namespace {

constexpr absl::Duration kCreateFor =
    absl::Seconds(30);  // waiting for another process that creates

kv::EnvOptions EnvOptionsOf(const StoreOptions& options) {
  kv::EnvOptions env;
  env.directory = options.directory;
  env.mode = options.mode;
  if (options.map_size_bytes != 0) env.map_size_bytes = options.map_size_bytes;
  if (options.max_readers != 0) env.max_readers = options.max_readers;
  env.allow_any_file_system = options.allow_any_file_system;
  for (const TableRow& table : kTables) env.tables.emplace_back(table.name);
  return env;
}

absl::Status Mismatch(std::string_view option) {
  return base::Error(
      Reason::kStoreMismatch,
      absl::StrCat(base::ToAbsl(option), " differs from what the store was created with"));
}

// Header and key check are sealed without the record key: the header must be readable to know
// whether there is one, and a damaged store must not look like a wrong key.
const Sealer& Unkeyed() {
  static const Sealer* const sealer = new Sealer(std::nullopt);
  return *sealer;
}

absl::StatusOr<std::optional<std::string>> ReadMeta(const kv::Txn& txn, std::string_view what) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::string key, KeyIn<TableId::kMeta>(what));
  return FindBytes({txn, Unkeyed()}, TableId::kMeta, key);
}

absl::Status WriteMeta(kv::WriteTxn& txn, const Sealer& sealer, std::string_view what,
                       std::string_view record) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::string key, KeyIn<TableId::kMeta>(what));
  return txn.Put(HandleOf(TableId::kMeta), key, sealer.Seal(TableId::kMeta, key, record));
}

absl::Status CheckOptions(const codec::StoreHeader& header, const StoreOptions& options) {
  if (header.token_prefix != options.token_prefix) return Mismatch("token_prefix");
  if (header.crn_prefix != options.crn_prefix) return Mismatch("crn_prefix");
  if (header.keyed != options.record_key.has_value()) return Mismatch("record_key");
  return absl::OkStatus();
}

// The proof covers the header too: whoever lacks the record key cannot change, say, the tag key.
absl::Status CheckRecordKey(const kv::Txn& txn, const Sealer& sealer, std::string_view header) {
  if (!sealer.keyed()) return absl::OkStatus();
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<std::string> check, ReadMeta(txn, kMetaKeyCheck));
  if (!check) return CorruptTable(TableId::kMeta, "the proof of the record key is missing");
  if (*check != sealer.KeyCheck(header)) return Mismatch("record_key");
  return absl::OkStatus();
}

// The header, checked; nothing if the store has none.
absl::StatusOr<std::optional<codec::StoreHeader>> ReadHeader(const kv::Txn& txn,
                                                             const Sealer& sealer,
                                                             const StoreOptions& options) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::optional<std::string> bytes, ReadMeta(txn, kMetaHeader));
  if (!bytes) return std::nullopt;
  if (codec::PeekFormat(*bytes) != kFormatVersion) {
    return base::Error(Reason::kStoreForeign,
                       "the store has another format version, open it with that version");
  }
  codec::StoreHeader header;
  LATCHKEY_RETURN_IF_ERROR(codec::Decode(*bytes, header));
  LATCHKEY_RETURN_IF_ERROR(CheckOptions(header, options));
  LATCHKEY_RETURN_IF_ERROR(CheckRecordKey(txn, sealer, *bytes));
  return std::optional<codec::StoreHeader>(std::move(header));
}

absl::StatusOr<codec::StoreHeader> NewHeader(const StoreOptions& options) {
  codec::StoreHeader header;
  header.format = kFormatVersion;
  LATCHKEY_RETURN_IF_ERROR(crypto::FillRandom(header.store_id));
  LATCHKEY_RETURN_IF_ERROR(crypto::FillRandom(header.tag_key));
  header.token_prefix = options.token_prefix;
  header.crn_prefix = options.crn_prefix;
  header.keyed = options.record_key.has_value();
  header.created_at = options.now;
  return header;
}

absl::Status CheckAllEmpty(const kv::Txn& txn) {
  for (std::uint32_t table = 0; table < kTables.size(); ++table) {
    LATCHKEY_ASSIGN_OR_RETURN(const std::uint64_t count, txn.Count(static_cast<kv::Table>(table)));
    if (count == 0) continue;
    return base::Error(Reason::kStoreForeign,
                       "the tables hold data but no header, choose another directory");
  }
  return absl::OkStatus();
}

// In one transaction. The writer lock orders two processes that create at once: the second finds
// the header of the first. An empty store without a header is what a creation leaves that was
// interrupted before its commit.
absl::StatusOr<codec::StoreHeader> Create(kv::Env& env, const Sealer& sealer,
                                          const StoreOptions& options) {
  LATCHKEY_ASSIGN_OR_RETURN(const codec::StoreHeader header, NewHeader(options));
  codec::StoreProgress progress;
  LATCHKEY_RETURN_IF_ERROR(crypto::FillRandom(progress.commit_nonce));
  LATCHKEY_ASSIGN_OR_RETURN(kv::WriteTxn txn, env.BeginWrite(base::Deadline::After(kCreateFor)));
  LATCHKEY_ASSIGN_OR_RETURN(std::optional<codec::StoreHeader> theirs,
                            ReadHeader(txn, sealer, options));
  if (theirs) return *std::move(theirs);
  LATCHKEY_RETURN_IF_ERROR(CheckAllEmpty(txn));
  const std::string bytes = codec::Encode(header);
  LATCHKEY_RETURN_IF_ERROR(WriteMeta(txn, Unkeyed(), kMetaHeader, bytes));
  if (sealer.keyed()) {
    LATCHKEY_RETURN_IF_ERROR(WriteMeta(txn, Unkeyed(), kMetaKeyCheck, sealer.KeyCheck(bytes)));
  }
  LATCHKEY_RETURN_IF_ERROR(WriteMeta(txn, sealer, kMetaProgress, codec::Encode(progress)));
  LATCHKEY_RETURN_IF_ERROR(std::move(txn).Commit());
  return header;
}

absl::StatusOr<codec::StoreHeader> ReadOrCreate(kv::Env& env, const Sealer& sealer,
                                                const StoreOptions& options) {
  {
    LATCHKEY_ASSIGN_OR_RETURN(const kv::ReadTxn txn, env.BeginRead());
    LATCHKEY_ASSIGN_OR_RETURN(std::optional<codec::StoreHeader> header,
                              ReadHeader(txn, sealer, options));
    if (header) return *std::move(header);
    if (options.mode == kv::OpenMode::kMustExist) {
      LATCHKEY_RETURN_IF_ERROR(CheckAllEmpty(txn));
      return base::Error(Reason::kStoreMissing,
                         "the store was never completed, create it or choose another directory");
    }
  }
  return Create(env, sealer, options);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> Store::Open(const StoreOptions& options) {
  LATCHKEY_RETURN_IF_ERROR(crypto::Initialize());
  LATCHKEY_ASSIGN_OR_RETURN(std::unique_ptr<kv::Env> env, kv::Env::Open(EnvOptionsOf(options)));
  auto sealer = std::make_unique<Sealer>(options.record_key);
  LATCHKEY_ASSIGN_OR_RETURN(codec::StoreHeader header, ReadOrCreate(*env, *sealer, options));
  return std::unique_ptr<Store>(new Store(std::move(env), std::move(sealer), std::move(header)));
}

Store::Store(std::unique_ptr<kv::Env> env, std::unique_ptr<Sealer> sealer,
             codec::StoreHeader header)
    : env_(std::move(env)), sealer_(std::move(sealer)), header_(std::move(header)) {}

Store::~Store() = default;

absl::StatusOr<std::unique_ptr<Snapshot>> Store::Read() {
  LATCHKEY_ASSIGN_OR_RETURN(kv::ReadTxn txn, env_->BeginRead());
  return std::make_unique<Snapshot>(std::move(txn), *sealer_);
}

absl::StatusOr<std::unique_ptr<Mutation>> Store::Write(base::Deadline deadline) {
  LATCHKEY_ASSIGN_OR_RETURN(kv::WriteTxn txn, env_->BeginWrite(deadline));
  return std::make_unique<Mutation>(std::move(txn), *sealer_);
}

Snapshot::Snapshot(kv::ReadTxn txn, const Sealer& sealer)
    : txn_(std::move(txn)), view_(txn_, sealer) {}

Source View::source() const { return {txn_, sealer_}; }

}  // namespace latchkey::store
