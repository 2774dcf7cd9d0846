#include "engine/facade/credentials.h"

#include <span>

#include "engine/base/error.h"
#include "engine/crypto/crypto.h"

namespace latchkey::inline v0::facade {
namespace {

// Longest token there is: a prefix of 16.
constexpr std::size_t kTokenMax = codec::kTokenPrefixMax + 2 + 86;

std::string_view TextOf(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Wipes a local on every way out.
template <class T>
class Wiped {
 public:
  Wiped() = default;
  Wiped(const Wiped&) = delete;
  Wiped& operator=(const Wiped&) = delete;
  ~Wiped() { crypto::Wipe(std::span(reinterpret_cast<std::uint8_t*>(&value), sizeof value)); }
  T value{};
};

}  // namespace

Credentials::Credentials(const codec::StoreHeader& header)
    : prefix_(header.token_prefix), store_id_(header.store_id), tag_key_(header.tag_key) {}

std::array<std::uint8_t, 32> Credentials::BoundInput(const codec::TokenFields& fields) const {
  const std::array<std::uint8_t, 4> number = {static_cast<std::uint8_t>(fields.secret_number >> 24),
                                              static_cast<std::uint8_t>(fields.secret_number >> 16),
                                              static_cast<std::uint8_t>(fields.secret_number >> 8),
                                              static_cast<std::uint8_t>(fields.secret_number)};
  return crypto::Blake2b256({"latchkey.v1", TextOf(store_id_), TextOf(fields.key_id),
                             TextOf(number), TextOf(fields.secret)});
}

absl::StatusOr<base::Verifier> Credentials::MakeVerifier(std::span<const std::uint8_t> input,
                                                         const Argon2Cost& cost) {
  base::Verifier verifier;
  verifier.memory_kib = cost.memory_kib;
  verifier.passes = cost.passes;
  LATCHKEY_RETURN_IF_ERROR(crypto::FillRandom(verifier.salt));
  LATCHKEY_RETURN_IF_ERROR(
      crypto::Argon2id(input, verifier.salt, cost.memory_kib, cost.passes, verifier.hash));
  return verifier;
}

absl::StatusOr<Credentials::Issued> Credentials::Issue(const KeyId& key, std::uint32_t number,
                                                       const Argon2Cost& cost,
                                                       SecretPages& pages) const {
  Wiped<codec::TokenFields> fields;
  fields.value.key_id = key.bytes();
  fields.value.secret_number = number;
  LATCHKEY_RETURN_IF_ERROR(crypto::FillRandom(fields.value.secret));

  Issued issued;
  Wiped<std::array<std::uint8_t, 32>> input;
  input.value = BoundInput(fields.value);
  LATCHKEY_ASSIGN_OR_RETURN(issued.verifier, MakeVerifier(input.value, cost));

  Wiped<std::array<char, kTokenMax>> text;
  const std::size_t head = codec::WriteTokenHead(prefix_, fields.value, text.value);
  const std::uint64_t tag = crypto::SipHash64(tag_key_, std::string_view(text.value.data(), head));
  const std::size_t length = codec::FinishToken(text.value, head, tag);
  issued.token = pages.CopyOf(std::string_view(text.value.data(), length));
  crypto::WipeStack();
  return issued;
}

std::optional<codec::TokenText> Credentials::TaggedText(std::string_view token) const {
  std::optional<codec::TokenText> text = codec::SplitToken(prefix_, token);
  if (text && !codec::IsTag(crypto::SipHash64(tag_key_, text->head), text->tag)) text.reset();
  return text;
}

std::optional<codec::TokenFields> Credentials::Recognise(std::string_view token) const {
  const std::optional<codec::TokenText> text = TaggedText(token);
  if (!text) return std::nullopt;
  return codec::DecodeToken(prefix_, *text);
}

absl::StatusOr<bool> Credentials::Matches(const codec::TokenFields& fields,
                                          const base::Verifier& verifier) const {
  Wiped<std::array<std::uint8_t, 32>> input;
  Wiped<std::array<std::uint8_t, 32>> hash;
  input.value = BoundInput(fields);
  LATCHKEY_RETURN_IF_ERROR(crypto::Argon2id(input.value, verifier.salt, verifier.memory_kib,
                                            verifier.passes, hash.value));
  crypto::WipeStack();
  return crypto::EqualBytes(hash.value, verifier.hash);
}

}  // namespace latchkey::inline v0::facade
