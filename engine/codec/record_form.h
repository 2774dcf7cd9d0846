// engine/codec/record_form.h: the one way in which a message of records.proto is written and read.
//
// A record type takes part by two functions: ToWire, and FromWire, which reports faults to a check.
// Reading is strict without a walk over the message: the record that was read is written again, and
// anything but the same bytes is refused. That catches unknown fields, at any depth, trailing
// bytes, doubled fields and varints longer than need be (hazard C75).
#ifndef LATCHKEY_ENGINE_CODEC_RECORD_FORM_H_
#define LATCHKEY_ENGINE_CODEC_RECORD_FORM_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "google/protobuf/arena.h"
#include "google/protobuf/message_lite.h"

#include "latchkey/entity_tag.h"
#include "latchkey/identity.h"

#include "engine/base/invariant.h"

namespace latchkey::codec {

// Takes the fields of one message out and remembers the first that is not of its form. Names of
// fields are literals, such as "key: use epoch".
class FieldCheck {
 public:
  // Null: every field was in order.
  [[nodiscard]] const char* fault() const { return fault_; }

  void Require(bool holds, const char* field) {
    if (!holds && fault_ == nullptr) fault_ = field;
  }

  // 1..128 printable ASCII characters without space.
  template <class Id>
  [[nodiscard]] Id RequiredId(const std::string& text, const char* field) {
    Require(!text.empty(), field);
    return OptionalId<Id>(text, field);
  }
  // The same, or empty.
  template <class Id>
  [[nodiscard]] Id OptionalId(const std::string& text, const char* field) {
    Require(IsIdForm(text), field);
    return Id(text);
  }

  // Strict UTF-8 of any length: limits of length are checked when a call comes in, not here, so
  // that lowering a limit does not make stored records unreadable.
  [[nodiscard]] const std::string& Text(const std::string& text, const char* field);

  // Exactly N bytes.
  template <std::size_t N>
  [[nodiscard]] std::array<std::uint8_t, N> Bytes(const std::string& bytes, const char* field) {
    std::array<std::uint8_t, N> array{};
    Require(bytes.size() == N, field);
    if (bytes.size() == N) std::copy(bytes.begin(), bytes.end(), array.begin());
    return array;
  }
  [[nodiscard]] KeyId Key(const std::string& bytes, const char* field) {
    return KeyId(Bytes<16>(bytes, field));
  }

  // An enum whose values are 1..`last` without a gap.
  template <class Enum>
  [[nodiscard]] Enum Number(std::uint32_t number, Enum last, const char* field) {
    const bool known = number >= 1 && number <= static_cast<std::uint32_t>(last);
    Require(known, field);
    return known ? static_cast<Enum>(number) : last;
  }

  [[nodiscard]] absl::Time RequiredTime(bool present, std::int64_t micros, const char* field) {
    Require(present, field);
    return absl::FromUnixMicros(micros);
  }

  template <class WireTag>
  [[nodiscard]] EntityTag Tag(const WireTag& wire, const char* field) {
    Require(wire.n() >= 1, field);
    return {.n = wire.n(), .nonce = Bytes<16>(wire.nonce(), field)};
  }
  template <class WireTag>
  [[nodiscard]] EntityTag RequiredTag(bool present, const WireTag& wire, const char* field) {
    Require(present, field);
    return present ? Tag(wire, field) : EntityTag{};
  }

 private:
  static bool IsIdForm(std::string_view text);

  const char* fault_ = nullptr;
};

template <std::size_t N>
[[nodiscard]] std::string BytesOf(const std::array<std::uint8_t, N>& bytes) {
  return std::string(bytes.begin(), bytes.end());
}
[[nodiscard]] inline std::string BytesOf(const KeyId& id) { return BytesOf(id.bytes()); }

template <class Enum>
[[nodiscard]] std::uint32_t NumberOf(Enum value) {
  return static_cast<std::uint32_t>(value);
}

// Times of the engine are whole microseconds, so nothing is cut off.
[[nodiscard]] inline std::int64_t MicrosOf(absl::Time time) { return absl::ToUnixMicros(time); }

template <class WireTag>
void TagToWire(const EntityTag& tag, WireTag& wire) {
  wire.set_n(tag.n);
  wire.set_nonce(BytesOf(tag.nonce));
}

// The bytes of `message`, in order of field numbers.
[[nodiscard]] std::string Serialize(const google::protobuf::MessageLite& message);
// False if `bytes` are no Protobuf message; unknown fields do not matter here.
[[nodiscard]] bool ParseBytes(std::string_view bytes, google::protobuf::MessageLite& message);
// kCorrupt; `field` is a literal.
[[nodiscard]] absl::Status CorruptRecord(const char* field);

template <class Wire, class Record>
using ToWireOf = std::type_identity_t<void (*)(const Record&, Wire&)>;
template <class Wire, class Record>
using FromWireOf = std::type_identity_t<void (*)(const Wire&, Record&, FieldCheck&)>;

// Where messages are made: they and their parts lie on the stack as far as there is room, because
// much of the time of a small record went to the heap.
class WireArena {
 public:
  template <class Wire>
  [[nodiscard]] Wire& Make() {
    return *google::protobuf::Arena::CreateMessage<Wire>(&arena_);
  }

 private:
  alignas(8) std::array<char, 4096> room_;
  google::protobuf::Arena arena_{room_.data(), room_.size()};
};

// Ends the process for a record that could not be read back: it must never reach the disk.
template <class Wire, class Record>
[[nodiscard]] std::string EncodeAs(const Record& record, ToWireOf<Wire, Record> to_wire,
                                   FromWireOf<Wire, Record> from_wire) {
  WireArena arena;
  Wire& wire = arena.Make<Wire>();
  to_wire(record, wire);
  Record read_back;
  FieldCheck check;
  from_wire(wire, read_back, check);
  if (check.fault() != nullptr) base::InvariantBroken(check.fault(), __FILE__, __LINE__);
  return Serialize(wire);
}

template <class Wire, class Record>
[[nodiscard]] absl::Status DecodeAs(std::string_view bytes, Record& out,
                                    ToWireOf<Wire, Record> to_wire,
                                    FromWireOf<Wire, Record> from_wire) {
  WireArena arena;
  Wire& wire = arena.Make<Wire>();
  if (!ParseBytes(bytes, wire)) return CorruptRecord("not a message");
  Record record;
  FieldCheck check;
  from_wire(wire, record, check);
  if (check.fault() != nullptr) return CorruptRecord(check.fault());
  Wire& again = arena.Make<Wire>();
  to_wire(record, again);
  if (Serialize(again) != bytes) return CorruptRecord("not the one spelling of its content");
  out = std::move(record);
  return absl::OkStatus();
}

}  // namespace latchkey::codec

#endif  // LATCHKEY_ENGINE_CODEC_RECORD_FORM_H_
