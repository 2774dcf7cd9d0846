#include "engine/store/seal.h"

#include "absl/strings/str_cat.h"

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/crypto/crypto.h"

namespace latchkey::store {
namespace {

constexpr std::string_view kSealDomain = "latchkey record";
constexpr std::string_view kKeyCheckDomain = "latchkey record key";

constexpr std::string_view kFormatText = "0";
static_assert(kFormatVersion == 0);

std::span<const std::uint8_t> AsBytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

Sealer::Sealer(const std::optional<RecordKey>& record_key) : keyed_(record_key.has_value()) {
  if (record_key) record_key_ = *record_key;
}

Sealer::~Sealer() { crypto::Wipe(record_key_); }

std::span<const std::uint8_t> Sealer::Secret() const {
  if (!keyed_) return {};
  return record_key_;
}

std::array<std::uint8_t, kSealBytes> Sealer::SealOf(TableId table, std::string_view key,
                                                    std::string_view record) const {
  return crypto::Blake2b128({kSealDomain, NameOf(table), key, record, kFormatText}, Secret());
}

std::string Sealer::Seal(TableId table, std::string_view key, std::string_view record) const {
  const auto seal = SealOf(table, key, record);
  std::string value;
  value.reserve(record.size() + kSealBytes);
  value.append(record);
  value.append(seal.begin(), seal.end());
  return value;
}

absl::StatusOr<std::string_view> Sealer::Open(TableId table, std::string_view key,
                                              std::string_view value) const {
  if (value.size() >= kSealBytes) {
    const std::string_view record = value.substr(0, value.size() - kSealBytes);
    const auto seal = SealOf(table, key, record);
    if (crypto::EqualBytes(seal, AsBytes(value.substr(record.size())))) return record;
  }
  return base::Error(Reason::kCorrupt,
                     absl::StrCat("a record fails its checksum, restore from a backup: ",
                                  base::ToAbsl(NameOf(table))));
}

std::string Sealer::KeyCheck(std::string_view header) const {
  const crypto::Bytes16 proof = crypto::Blake2b128({kKeyCheckDomain, header}, Secret());
  return std::string(proof.begin(), proof.end());
}

}  // namespace latchkey::store
