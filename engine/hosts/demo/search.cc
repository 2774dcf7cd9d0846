#include "search.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace demo {
namespace {

constexpr std::size_t kSecretDigits = 43;
constexpr std::size_t kTailDigits = 11 + 6;  // tag and CRC

int DigitOf(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
  return c - 'a' + 36;
}

std::string RawOf(std::string_view digits) {
  std::array<std::uint8_t, 32> bytes{};
  for (const char digit : digits) {
    unsigned carry = static_cast<unsigned>(DigitOf(digit));
    for (std::size_t i = bytes.size(); i-- > 0;) {
      carry += bytes[i] * 62U;
      bytes[i] = static_cast<std::uint8_t>(carry);
      carry >>= 8;
    }
  }
  return std::string(bytes.begin(), bytes.end());
}

std::string HexOf(std::string_view raw, std::string_view alphabet) {
  std::string hex;
  for (const char c : raw) {
    const auto byte = static_cast<unsigned char>(c);
    hex.push_back(alphabet[byte >> 4]);
    hex.push_back(alphabet[byte & 0x0F]);
  }
  return hex;
}

std::size_t CountIn(std::string_view text, std::string_view needle) {
  std::size_t count = 0;
  for (std::size_t at = text.find(needle); at != std::string_view::npos;
       at = text.find(needle, at + 1)) {
    ++count;
  }
  return count;
}

}  // namespace

std::vector<std::string> SpellingsOf(std::string_view token) {
  const std::string_view digits =
      token.substr(token.size() - kTailDigits - kSecretDigits, kSecretDigits);
  const std::string raw = RawOf(digits);
  return {std::string(token), std::string(digits), raw, HexOf(raw, "0123456789abcdef"),
          HexOf(raw, "0123456789ABCDEF")};
}

Found Search(const std::string& directory, const std::vector<std::string>& needles) {
  Found found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file() || entry.path().filename() == "lock.mdb") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    ++found.files;
    found.bytes += text.size();
    for (const std::string& needle : needles) found.hits += CountIn(text, needle);
  }
  return found;
}

}  // namespace demo
