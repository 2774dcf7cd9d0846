// Composite keys of the store's tables: any parts come back from their key, two lists of parts
// share a key only if they are equal, and any bytes that parse are the key of what they parse to
// (hazards L21, C34, C85).
//
// Input: a byte that picks the table; then parts, cut from the rest, twice.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/store/composite_key.h"

namespace {

using latchkey::store::CompositeKey;
using latchkey::store::KeyBytes;
using latchkey::store::KeyPart;
using latchkey::store::TableId;

void Require(bool condition) {
  if (!condition) std::abort();
}

// Up to `size` bytes off the front.
std::string_view Take(std::string_view& input, std::size_t size) {
  const std::string_view taken = input.substr(0, size);
  input.remove_prefix(taken.size());
  return taken;
}

KeyBytes TakeBytes(std::string_view& input) {
  KeyBytes bytes{};
  const std::string_view taken = Take(input, bytes.size());
  std::copy(taken.begin(), taken.end(), bytes.begin());
  return bytes;
}

std::vector<KeyPart> TakeParts(TableId table, std::string_view& input) {
  std::vector<KeyPart> parts;
  for (const char kind : latchkey::store::RowOf(table).parts) {
    if (kind == 't') {
      const std::string_view length = Take(input, 1);
      parts.emplace_back(
          std::string(Take(input, length.empty() ? 0 : static_cast<std::uint8_t>(length[0]))));
    } else if (kind == 'n') {
      std::uint64_t number = 0;
      for (const char byte : Take(input, 8)) number = number << 8 | static_cast<std::uint8_t>(byte);
      parts.emplace_back(number);
    } else {
      parts.emplace_back(TakeBytes(input));
    }
  }
  return parts;
}

std::optional<std::string> KeyOf(const std::vector<KeyPart>& parts) {
  CompositeKey key;
  for (const KeyPart& part : parts) {
    if (const auto* text = std::get_if<std::string>(&part)) {
      key.Add(std::string_view(*text));
    } else if (const auto* number = std::get_if<std::uint64_t>(&part)) {
      key.Add(*number);
    } else {
      key.Add(std::get<KeyBytes>(part));
    }
  }
  const auto bytes = key.Finish();
  if (!bytes.ok()) return std::nullopt;
  Require(!bytes->empty() && bytes->size() <= latchkey::store::kKeyMaxBytes);
  return *bytes;
}

// A walk over the first parts of one key meets the other exactly if they are equal.
void CheckPrefixes(const std::vector<KeyPart>& a, const std::vector<KeyPart>& b,
                   const std::string& key_of_b) {
  for (std::size_t count = 1; count < a.size(); ++count) {
    const auto end = static_cast<std::ptrdiff_t>(count);
    const std::optional<std::string> prefix = KeyOf({a.begin(), a.begin() + end});
    Require(prefix.has_value());
    Require(key_of_b.starts_with(*prefix) == std::equal(a.begin(), a.begin() + end, b.begin()));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  if (input.empty()) return 0;
  const auto table =
      static_cast<TableId>(static_cast<std::uint8_t>(input[0]) % latchkey::store::kTables.size());
  input.remove_prefix(1);
  (void)latchkey::store::DescribeKey(table, input);
  if (const auto parts = latchkey::store::ParseKey(table, input)) {
    if (input.size() <= latchkey::store::kKeyMaxBytes) Require(KeyOf(*parts) == input);
  }
  const std::vector<KeyPart> a = TakeParts(table, input);
  const std::vector<KeyPart> b = TakeParts(table, input);
  const std::optional<std::string> key_of_a = KeyOf(a), key_of_b = KeyOf(b);
  if (key_of_a) Require(latchkey::store::ParseKey(table, *key_of_a) == a);
  if (key_of_a && key_of_b) {
    Require((*key_of_a == *key_of_b) == (a == b));
    CheckPrefixes(a, b, *key_of_b);
  }
  return 0;
}
