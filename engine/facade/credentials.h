// engine/facade/credentials.h: makes tokens and recognises them. Joins the token's text (codec)
// with its keyed tag and its Argon2id (crypto), which know nothing of each other.
#ifndef LATCHKEY_ENGINE_FACADE_CREDENTIALS_H_
#define LATCHKEY_ENGINE_FACADE_CREDENTIALS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "latchkey/identity.h"
#include "latchkey/options.h"
#include "latchkey/secret.h"

#include "engine/base/records.h"
#include "engine/base/secret_pages.h"
#include "engine/codec/records.h"
#include "engine/codec/token.h"

namespace latchkey::inline v0::facade {

class Credentials {
 public:
  explicit Credentials(const codec::StoreHeader& header);

  struct Issued {
    Secret token;
    base::Verifier verifier;
  };
  // A fresh 256-bit secret for (key, number): its token on one of `pages`, and its Argon2id at
  // `cost`. The caller holds a permit of the gate. Errors: kNoEntropy, kOutOfMemory.
  [[nodiscard]] absl::StatusOr<Issued> Issue(const KeyId& key, std::uint32_t number,
                                             const Argon2Cost& cost, SecretPages& pages) const;

  // Whether the keyed tag of the text is right: nobody else can have made it. In constant time, and
  // with nothing read (hazards F11, C4).
  [[nodiscard]] bool HasTag(std::string_view token) const { return TaggedText(token).has_value(); }
  // The fields of a token that this store issued: form, then the keyed tag in constant time, then
  // CRC and canonical spelling. Nothing for any other text, whatever is wrong with it. No read, no
  // Argon2 (hazards F11, C4, C6). The caller wipes `secret`.
  [[nodiscard]] std::optional<codec::TokenFields> Recognise(std::string_view token) const;

  // Runs Argon2id over the presented secret. The caller holds a permit. Errors: kOutOfMemory,
  // kCorrupt; never "no match" for either (hazard F1).
  [[nodiscard]] absl::StatusOr<bool> Matches(const codec::TokenFields& fields,
                                             const base::Verifier& verifier) const;

  // What Argon2id runs over: the secret bound to store, key and number (hazard F12), by BLAKE2b. No
  // token can be computed from it, and it proves nothing to the engine.
  [[nodiscard]] std::array<std::uint8_t, 32> BoundInput(const codec::TokenFields& fields) const;
  // A fresh salt, and Argon2id over `input` at `cost`. The caller holds a permit of the gate.
  // Errors: kNoEntropy, kOutOfMemory.
  [[nodiscard]] static absl::StatusOr<base::Verifier> MakeVerifier(
      std::span<const std::uint8_t> input, const Argon2Cost& cost);

  [[nodiscard]] const std::string& prefix() const { return prefix_; }

 private:
  // Of a text of the form of a token, with the right tag.
  [[nodiscard]] std::optional<codec::TokenText> TaggedText(std::string_view token) const;

  std::string prefix_;
  std::array<std::uint8_t, 16> store_id_;
  std::array<std::uint8_t, 16> tag_key_;
};

}  // namespace latchkey::inline v0::facade

#endif  // LATCHKEY_ENGINE_FACADE_CREDENTIALS_H_
