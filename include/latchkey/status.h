// latchkey/status.h: why a call was refused, or why a request was denied.
//
// Every non-OK absl::Status of this library carries exactly one Reason; every Decision carries one
// too. Reasons are interface: a number is never reused and never changes its meaning, so a host may
// store it, count it and switch on it. The one table below maps each Reason to its absl code.
//
// Rules
//   [domain A-2]  a denial is an answer, never a Status: kPermissionDenied belongs to
//                 administrative acts only; an error is never an allow.
//   [domain L-5]  refused means a typed error and an unchanged object; the same call answers the
//                 same until something else changes.
#ifndef LATCHKEY_STATUS_H_
#define LATCHKEY_STATUS_H_

#include <array>
#include <cstdint>
#include <string_view>

#include "absl/status/status.h"

#include "latchkey/version.h"

namespace latchkey::inline v0 {

// Stored and logged by hosts: add, never renumber.
enum class Reason : std::uint16_t {
  kNone = 0,  // the default of an unset value; never an allow

  // The call itself: correct it, then call again.
  kMalformed = 100,          // a value is not of its form (length, alphabet, range, combination)
  kInvalidUtf8 = 101,        // a text is not strict UTF-8
  kCallerMissing = 102,      // a default-constructed Caller
  kUnsupported = 103,        // a form that this version does not evaluate, so does not store
  kUnknownField = 104,       // JSON or Protobuf-JSON with a field that is not of the form
  kUnknownReference = 105,   // names a service, role, action or identity that is not defined
  kSecretNotAccepted = 106,  // store_value, or a secret chosen by the caller (domain K-3)

  // The object and the caller.
  kNotFound = 200,        // does not exist, or the caller may not see it (domain W-7)
  kAlreadyExists = 201,   // the id or the unique name is taken
  kNotAllowed = 202,      // visible, but the caller may not do this (domain W-*)
  kLocked = 203,          // unlock it first (domain section 3)
  kStaleVersion = 204,    // the entity tag is not the stored one: read again, then retry
  kLimitExceeded = 205,   // over a limit of domain section 9
  kStateForbids = 206,    // the object's state does not permit the command
  kRequestIdUsed = 207,   // a mutation with this request id is already committed: see Settle
  kOwnerProtected = 208,  // the account owner cannot be removed, suspended or deleted (D-2)

  // The engine and its store.
  kClosed = 300,            // the engine was closed
  kForked = 301,            // used in a child of the process that opened it: open anew there
  kBusy = 302,              // the writer or the Argon2 gate was not free before the deadline
  kDeadlineExceeded = 303,  // the deadline had passed before any work began
  kReadersFull = 304,       // no reader slot in the LMDB lock file now
  kStorageFull = 305,       // no space on the device or in the map
  kStorageFailed = 306,     // an I/O error; the change was not made
  kCommitUnknown = 307,     // an I/O error during commit; ask Settle with the request id
  kCorrupt = 308,           // stored bytes fail their checksum or do not decode
  kNoEntropy = 309,         // the kernel gave no random bytes
  kOutOfMemory = 310,       // Argon2 could not get its memory; says nothing about the secret
  kStoreReplaced = 311,     // the file under the path is no longer the one that was opened
  kStoreMissing = 312,      // must exist, but there is no store at the path
  kStoreExists = 313,       // must be created, but there is a store at the path
  kStoreForeign = 314,      // not a latchkey store, or of another format version
  kStoreMismatch = 315,     // the options differ from what the store was created with
  kStoreUnsafe = 316,       // owner, mode, link count or file type of the files is not safe
  kFileSystem = 317,        // the file system does not keep LMDB's promises (network, FUSE)
  kAlreadyOpen = 318,       // this process has the store open already
  kPidNamespace = 319,      // opened by processes of another PID namespace
  kInvalidOptions = 320,    // an option is out of its range

  // Answers to authentication (domain A-4).
  kAuthenticated = 400,      // the token is a live credential
  kUnknownCredential = 401,  // the one uniform refusal
  kKeyDisabled = 402,        // told to the holder of an issued token only
  kKeyExpired = 403,         // likewise
  kIdentityNotActive = 404,  // likewise: identity, its account or its membership is not active

  // Answers to authorization (domain section 7).
  kAllowedByPolicy = 500,       // a policy grants it
  kAllowedByOwner = 501,        // the principal owns the account
  kNoPolicy = 510,              // default deny: nothing grants it
  kRequestMalformed = 511,      // the request is not well formed
  kPrincipalInvalid = 512,      // default-constructed, of another engine, or from before a fork
  kPrincipalRevoked = 513,      // its key, secret or use epoch is no longer live
  kAccountNotOpen = 514,        // the account of the resource is unknown, suspended or closed
  kActingAccountNotOpen = 515,  // the account the principal acts from is not open
  kMembershipNotActive = 516,   // no active member of the resource's or the acting account
  kExternalIdentity = 517,  // the account is *limited* and the acting account is not listed
  kKeyBoundary = 518,       // a boundary term of the key does not allow it
  kContextRule = 519,  // a context rule of the account does not let the source address in
};

// One row of the table: everything that is fixed about a Reason.
struct ReasonRow {
  Reason reason;
  std::string_view name;  // stable, snake_case
  absl::StatusCode code;  // of the Status that carries it; kOk for answers that are not errors
  bool retryable;         // the same call may succeed later without any change by the caller
};

inline constexpr std::array kReasonTable = {
    ReasonRow{Reason::kNone, "none", absl::StatusCode::kInternal, false},
    ReasonRow{Reason::kMalformed, "malformed", absl::StatusCode::kInvalidArgument, false},
    ReasonRow{Reason::kInvalidUtf8, "invalid_utf8", absl::StatusCode::kInvalidArgument, false},
    ReasonRow{Reason::kCallerMissing, "caller_missing", absl::StatusCode::kInvalidArgument, false},
    ReasonRow{Reason::kUnsupported, "unsupported", absl::StatusCode::kUnimplemented, false},
    ReasonRow{Reason::kUnknownField, "unknown_field", absl::StatusCode::kInvalidArgument, false},
    ReasonRow{Reason::kUnknownReference, "unknown_reference", absl::StatusCode::kInvalidArgument,
              false},
    ReasonRow{Reason::kSecretNotAccepted, "secret_not_accepted", absl::StatusCode::kInvalidArgument,
              false},
    ReasonRow{Reason::kNotFound, "not_found", absl::StatusCode::kNotFound, false},
    ReasonRow{Reason::kAlreadyExists, "already_exists", absl::StatusCode::kAlreadyExists, false},
    ReasonRow{Reason::kNotAllowed, "not_allowed", absl::StatusCode::kPermissionDenied, false},
    ReasonRow{Reason::kLocked, "locked", absl::StatusCode::kFailedPrecondition, false},
    ReasonRow{Reason::kStaleVersion, "stale_version", absl::StatusCode::kAborted, false},
    ReasonRow{Reason::kLimitExceeded, "limit_exceeded", absl::StatusCode::kResourceExhausted,
              false},
    ReasonRow{Reason::kStateForbids, "state_forbids", absl::StatusCode::kFailedPrecondition, false},
    ReasonRow{Reason::kRequestIdUsed, "request_id_used", absl::StatusCode::kAlreadyExists, false},
    ReasonRow{Reason::kOwnerProtected, "owner_protected", absl::StatusCode::kFailedPrecondition,
              false},
    ReasonRow{Reason::kClosed, "closed", absl::StatusCode::kFailedPrecondition, false},
    ReasonRow{Reason::kForked, "forked", absl::StatusCode::kFailedPrecondition, false},
    ReasonRow{Reason::kBusy, "busy", absl::StatusCode::kResourceExhausted, true},
    ReasonRow{Reason::kDeadlineExceeded, "deadline_exceeded", absl::StatusCode::kDeadlineExceeded,
              true},
    ReasonRow{Reason::kReadersFull, "readers_full", absl::StatusCode::kUnavailable, true},
    ReasonRow{Reason::kStorageFull, "storage_full", absl::StatusCode::kResourceExhausted, false},
    ReasonRow{Reason::kStorageFailed, "storage_failed", absl::StatusCode::kUnavailable, false},
    ReasonRow{Reason::kCommitUnknown, "commit_unknown", absl::StatusCode::kUnknown, false},
    ReasonRow{Reason::kCorrupt, "corrupt", absl::StatusCode::kDataLoss, false},
    ReasonRow{Reason::kNoEntropy, "no_entropy", absl::StatusCode::kUnavailable, true},
    ReasonRow{Reason::kOutOfMemory, "out_of_memory", absl::StatusCode::kUnavailable, true},
    ReasonRow{Reason::kStoreReplaced, "store_replaced", absl::StatusCode::kDataLoss, false},
    ReasonRow{Reason::kStoreMissing, "store_missing", absl::StatusCode::kNotFound, false},
    ReasonRow{Reason::kStoreExists, "store_exists", absl::StatusCode::kAlreadyExists, false},
    ReasonRow{Reason::kStoreForeign, "store_foreign", absl::StatusCode::kFailedPrecondition, false},
    ReasonRow{Reason::kStoreMismatch, "store_mismatch", absl::StatusCode::kFailedPrecondition,
              false},
    ReasonRow{Reason::kStoreUnsafe, "store_unsafe", absl::StatusCode::kFailedPrecondition, false},
    ReasonRow{Reason::kFileSystem, "file_system", absl::StatusCode::kFailedPrecondition, false},
    ReasonRow{Reason::kAlreadyOpen, "already_open", absl::StatusCode::kFailedPrecondition, false},
    ReasonRow{Reason::kPidNamespace, "pid_namespace", absl::StatusCode::kFailedPrecondition, false},
    ReasonRow{Reason::kInvalidOptions, "invalid_options", absl::StatusCode::kInvalidArgument,
              false},
    ReasonRow{Reason::kAuthenticated, "authenticated", absl::StatusCode::kOk, false},
    ReasonRow{Reason::kUnknownCredential, "unknown_credential", absl::StatusCode::kUnauthenticated,
              false},
    ReasonRow{Reason::kKeyDisabled, "key_disabled", absl::StatusCode::kUnauthenticated, false},
    ReasonRow{Reason::kKeyExpired, "key_expired", absl::StatusCode::kUnauthenticated, false},
    ReasonRow{Reason::kIdentityNotActive, "identity_not_active", absl::StatusCode::kUnauthenticated,
              false},
    ReasonRow{Reason::kAllowedByPolicy, "allowed_by_policy", absl::StatusCode::kOk, false},
    ReasonRow{Reason::kAllowedByOwner, "allowed_by_owner", absl::StatusCode::kOk, false},
    ReasonRow{Reason::kNoPolicy, "no_policy", absl::StatusCode::kOk, false},
    ReasonRow{Reason::kRequestMalformed, "request_malformed", absl::StatusCode::kOk, false},
    ReasonRow{Reason::kPrincipalInvalid, "principal_invalid", absl::StatusCode::kUnauthenticated,
              false},
    ReasonRow{Reason::kPrincipalRevoked, "principal_revoked", absl::StatusCode::kUnauthenticated,
              false},
    ReasonRow{Reason::kAccountNotOpen, "account_not_open", absl::StatusCode::kOk, false},
    ReasonRow{Reason::kActingAccountNotOpen, "acting_account_not_open",
              absl::StatusCode::kUnauthenticated, false},
    ReasonRow{Reason::kMembershipNotActive, "membership_not_active", absl::StatusCode::kOk, false},
    ReasonRow{Reason::kExternalIdentity, "external_identity", absl::StatusCode::kOk, false},
    ReasonRow{Reason::kKeyBoundary, "key_boundary", absl::StatusCode::kOk, false},
    ReasonRow{Reason::kContextRule, "context_rule", absl::StatusCode::kOk, false},
};

// The row of `reason`, or the row of kNone for a number that this version does not know.
[[nodiscard]] constexpr const ReasonRow& RowOf(Reason reason) {
  for (const ReasonRow& row : kReasonTable) {
    if (row.reason == reason) return row;
  }
  return kReasonTable.front();
}

[[nodiscard]] constexpr std::string_view NameOf(Reason reason) { return RowOf(reason).name; }
[[nodiscard]] constexpr bool IsRetryable(Reason reason) { return RowOf(reason).retryable; }

// The Reason that `status` carries: kNone for an OK status, and for one that is not latchkey's.
// Threads: any. Cost: one look-up among the status's payloads.
[[nodiscard]] Reason ReasonOf(const absl::Status& status);

}  // namespace latchkey::inline v0

#endif  // LATCHKEY_STATUS_H_
