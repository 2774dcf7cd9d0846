// latchkey/identity.h: names of things, and who somebody is.
//
// Ids of different things are different types, so that an account cannot be passed where a key is
// meant. An id is opaque text: compared byte by byte, never normalised, never read as a path. The
// engine checks form and existence at each call; constructing an id checks nothing.
//
// Rules
//   [domain D-7]  ids and attribute values are compared byte by byte; nothing is normalised.
//   [domain W-9]  a principal comes from Authenticate or from the host's own assertion; while a
//                 profile is applied only the profile's IAM ID counts.
//   [domain D-2]  a new identity with an old name gets a new IAM ID: ids are never reused.
#ifndef LATCHKEY_IDENTITY_H_
#define LATCHKEY_IDENTITY_H_

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "absl/time/time.h"

#include "latchkey/entity_tag.h"
#include "latchkey/status.h"
#include "latchkey/version.h"

namespace latchkey::inline v0 {

// An opaque id of one kind of thing. Form, checked by the engine: 1..128 printable ASCII characters
// without space.
template <class Kind>
class TextId {
 public:
  TextId() = default;
  explicit TextId(std::string text) : text_(std::move(text)) {}
  explicit TextId(std::string_view text) : text_(text) {}
  explicit TextId(const char* text) : text_(text) {}

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  auto operator<=>(const TextId&) const = default;

  template <class H>
  friend H AbslHashValue(H state, const TextId& id) {
    return H::combine(std::move(state), id.text_);
  }

 private:
  std::string text_;
};

using AccountId = TextId<struct AccountIdKind>;  // chosen by the embedder
using IamId = TextId<struct IamIdKind>;      // IBMid-…, iam-ServiceId-<uuid>, iam-Profile-<uuid>
using GroupId = TextId<struct GroupIdKind>;  // AccessGroupId-<uuid>
using PolicyId = TextId<struct PolicyIdKind>;  // <uuid>
using RoleId = TextId<struct RoleIdKind>;      // a CRN

// Public id of an API key: 128 random bits, written `ApiKey-<uuid>`. Never reused.
class KeyId {
 public:
  using Bytes = std::array<std::uint8_t, 16>;

  constexpr KeyId() = default;
  constexpr explicit KeyId(const Bytes& bytes) : bytes_(bytes) {}

  // Nothing unless `text` is exactly `ApiKey-` and a lower-case UUID. Cost: none.
  [[nodiscard]] static std::optional<KeyId> Parse(std::string_view text);
  [[nodiscard]] std::string ToString() const;

  [[nodiscard]] constexpr const Bytes& bytes() const { return bytes_; }
  [[nodiscard]] constexpr bool empty() const { return bytes_ == Bytes{}; }
  constexpr auto operator<=>(const KeyId&) const = default;

 private:
  Bytes bytes_{};
};

enum class IdentityKind : std::uint8_t {  // stored: add, never renumber
  kUser = 1,
  kServiceId = 2,
  kTrustedProfile = 3,
};

enum class IdentityState : std::uint8_t {  // stored: add, never renumber
  kActive = 1,
  kDeleted = 2,  // a tombstone: keeps the id from ever being used again
};

// An identity as the directory knows it.
struct Identity {
  IamId id;
  std::uint64_t serial = 0;  // number of this identity in this store, never reused
  IdentityKind kind = IdentityKind::kUser;
  IdentityState state = IdentityState::kActive;
  std::string name;         // 1..100 characters of UTF-8
  std::string description;  // 0..1,024 characters of UTF-8
  AccountId account;        // the owning account of a service ID or profile; empty for a user
  bool federated = false;   // users only
  bool functional = false;  // users only: stands for a program (domain D-5)
  bool locked = false;      // service IDs only: no deletion, no policy change (domain D-3)
  absl::Time created_at;
  IamId created_by;  // empty: the trusted host
  EntityTag entity_tag;
};

// Who is acting: an identity, the account it acts from, and the key it showed, if any. Plain and
// small, so that it can be kept and passed by value; every use of it is checked against the store
// again, so keeping one keeps no access alive [domain A-3].
//
// A default-constructed Principal, one of another Engine and one made before a fork are refused
// with kPrincipalInvalid. Only `reason()` is meaningful unless `authenticated()`.
class Principal {
 public:
  Principal() = default;

  // True if this came from a successful Authenticate or Assert.
  [[nodiscard]] bool authenticated() const { return reason_ == Reason::kAuthenticated; }
  // kAuthenticated, or why authentication was refused [domain A-4].
  [[nodiscard]] Reason reason() const { return reason_; }
  // The key that was shown; the empty id for a principal that the host asserted.
  [[nodiscard]] KeyId key_id() const { return key_id_; }
  // Serials of the identity and of the account it acts from: see Access::Describe for their names.
  [[nodiscard]] std::uint64_t identity_serial() const { return identity_; }
  [[nodiscard]] std::uint64_t account_serial() const { return account_; }

 private:
  friend class PrincipalAccess;  // the engine's only way in

  std::uint64_t engine_ = 0;      // which Engine object, in which process, made it
  std::uint64_t identity_ = 0;    // the acting identity: the profile, where one is applied
  std::uint64_t account_ = 0;     // the account it acts from
  std::uint64_t applied_by_ = 0;  // the user who applies the profile, 0 without one
  KeyId key_id_;
  std::uint32_t secret_number_ = 0;
  std::uint32_t use_epoch_ = 0;
  Reason reason_ = Reason::kNone;
};

static_assert(std::is_trivially_copyable_v<Principal>);
static_assert(sizeof(Principal) <= 64);

}  // namespace latchkey::inline v0

template <>
struct std::hash<latchkey::KeyId> {
  std::size_t operator()(const latchkey::KeyId& id) const noexcept {
    std::size_t value = 0;  // the bytes are uniformly random
    for (std::size_t i = 0; i < sizeof value; ++i) value = value << 8 | id.bytes()[i];
    return value;
  }
};

#endif  // LATCHKEY_IDENTITY_H_
