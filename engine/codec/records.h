// engine/codec/records.h: plain records to bytes and back, by Protobuf
// (engine/codec/records.proto).
//
// Decode refuses with kCorrupt whatever this version cannot have written: unknown fields, unknown
// enum numbers, a missing required value, values out of range, text that is not UTF-8, any second
// spelling of the same content (hazard C75). An unknown state never means "active".
// decode(encode(x)) == x, and encode(decode(b)) == b for accepted b.
//
// Encode never fails: it ends the process for a record that Decode would refuse, which only a fault
// of the engine can build. What a record needs:
// - ids: 1..128 printable ASCII; empty for the trusted host, for the owning account of a user and
//   for the inviter of the owner
// - serial, entity_tag.n, use_epoch, secret numbers, history count: from 1
// - enums: a known value; Caller::Kind::kMissing made no change
// - texts: strict UTF-8; lengths are limits of calls, so that lowering one strands no record
// - times: whole microseconds; what is finer is cut off, what is infinite is not kept as such
// - secrets: strictly newest first, none above last_secret_number
// - uses of a key or secret: at least one, the last at a finite time
//
// Threads: any. Cost: a few microseconds; nothing is logged.
#ifndef LATCHKEY_ENGINE_CODEC_RECORDS_H_
#define LATCHKEY_ENGINE_CODEC_RECORDS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "latchkey/account.h"
#include "latchkey/api_key.h"
#include "latchkey/context.h"
#include "latchkey/identity.h"
#include "latchkey/policy.h"

#include "engine/base/records.h"

namespace latchkey::codec {

[[nodiscard]] std::string Encode(const base::KeyRecord& record);
// For the change feed: the same without the verifiers (domain C-1). Decoded, each Verifier is all
// zero: a memory cost of 0, by which no secret verifies.
[[nodiscard]] std::string EncodeWithoutVerifiers(const base::KeyRecord& record);
[[nodiscard]] std::string Encode(const base::KeyTombstone& record);
[[nodiscard]] std::string Encode(const base::ChangeRecord& record);
[[nodiscard]] std::string Encode(const HistoryEntry& record);
[[nodiscard]] std::string Encode(const Identity& record);
[[nodiscard]] std::string Encode(const Account& record);
[[nodiscard]] std::string Encode(const Membership& record);
[[nodiscard]] std::string Encode(const AccessGroup& record);
[[nodiscard]] std::string Encode(const Policy& record);
[[nodiscard]] std::string Encode(const Role& record);
[[nodiscard]] std::string Encode(const CustomRole& record);
[[nodiscard]] std::string Encode(const NetworkZone& record);
[[nodiscard]] std::string Encode(const ContextRule& record);
[[nodiscard]] std::string Encode(const base::ContextDigest& record);
[[nodiscard]] std::string Encode(const base::Activity& record);
[[nodiscard]] std::string Encode(const Service& record);  // its roles are records of their own

// `out` is assigned whole on OK and left alone on error.
[[nodiscard]] absl::Status Decode(std::string_view bytes, base::KeyRecord& out);
[[nodiscard]] absl::Status Decode(std::string_view bytes, base::KeyTombstone& out);
[[nodiscard]] absl::Status Decode(std::string_view bytes, base::ChangeRecord& out);
[[nodiscard]] absl::Status Decode(std::string_view bytes, HistoryEntry& out);
[[nodiscard]] absl::Status Decode(std::string_view bytes, Identity& out);
[[nodiscard]] absl::Status Decode(std::string_view bytes, Account& out);
[[nodiscard]] absl::Status Decode(std::string_view bytes, Membership& out);
[[nodiscard]] absl::Status Decode(std::string_view bytes, AccessGroup& out);
[[nodiscard]] absl::Status Decode(std::string_view bytes, Policy& out);
[[nodiscard]] absl::Status Decode(std::string_view bytes, Role& out);
[[nodiscard]] absl::Status Decode(std::string_view bytes, CustomRole& out);
[[nodiscard]] absl::Status Decode(std::string_view bytes, Service& out);
[[nodiscard]] absl::Status Decode(std::string_view bytes, NetworkZone& out);
[[nodiscard]] absl::Status Decode(std::string_view bytes, ContextRule& out);
[[nodiscard]] absl::Status Decode(std::string_view bytes, base::ContextDigest& out);
[[nodiscard]] absl::Status Decode(std::string_view bytes, base::Activity& out);

// The store's own record about itself; see engine/store.
struct StoreHeader {
  std::uint32_t format = 0;
  std::array<std::uint8_t, 16> store_id{};
  std::array<std::uint8_t, 16> tag_key{};  // of issuance tags (domain K-8)
  std::string token_prefix;
  std::string crn_prefix;
  bool keyed = false;  // records carry a MAC under the embedder's key
  absl::Time created_at;
};
[[nodiscard]] std::string Encode(const StoreHeader& record);
[[nodiscard]] absl::Status Decode(std::string_view bytes, StoreHeader& out);
// The format of a header of any version of latchkey, also of one that Decode refuses: the field
// never moves. Nothing if it has none. It is not yet known then that the rest decodes.
[[nodiscard]] std::optional<std::uint32_t> PeekFormat(std::string_view header);

// Changes with every commit.
struct StoreProgress {
  std::uint64_t revision = 0;
  std::array<std::uint8_t, 16> commit_nonce{};  // tells whether one commit took place (hazard F8)
  std::uint64_t last_serial = 0;                // identities, accounts and policies share one count
};
[[nodiscard]] std::string Encode(const StoreProgress& record);
[[nodiscard]] absl::Status Decode(std::string_view bytes, StoreProgress& out);

// What a committed mutation under a request id was (Engine::Settle).
struct RequestOutcome {
  std::uint64_t revision = 0;
  absl::Time at;
  std::string act;
  std::string object;
};
[[nodiscard]] std::string Encode(const RequestOutcome& record);
[[nodiscard]] absl::Status Decode(std::string_view bytes, RequestOutcome& out);

}  // namespace latchkey::codec

#endif  // LATCHKEY_ENGINE_CODEC_RECORDS_H_
