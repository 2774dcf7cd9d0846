#include "engine/codec/json_form.h"

#include "engine/base/error.h"
#include "engine/base/text.h"

namespace latchkey::codec {
namespace {

constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }
constexpr bool IsHexDigit(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// Each function takes one thing of the grammar off the front of the text, or returns false.
class JsonForm {
 public:
  JsonForm(std::string_view text, std::size_t values_left)
      : rest_(text), values_left_(values_left) {}

  [[nodiscard]] bool Document() {
    if (!Value(kJsonNestingMax)) return false;
    SkipSpace();
    return rest_.empty();
  }
  // Why Document failed, if not for the grammar.
  [[nodiscard]] bool is_too_large() const { return is_too_large_; }

 private:
  [[nodiscard]] bool NextIs(char c) const { return !rest_.empty() && rest_.front() == c; }

  [[nodiscard]] bool Take(char c) {
    if (!NextIs(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  [[nodiscard]] bool Word(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  void SkipSpace() {
    const std::size_t start = rest_.find_first_not_of(" \t\n\r");
    rest_.remove_prefix(start == rest_.npos ? rest_.size() : start);
  }

  [[nodiscard]] bool Value(int levels_left) {
    SkipSpace();
    const bool nests = NextIs('{') || NextIs('[');
    if (values_left_ == 0 || (nests && levels_left == 0)) {
      is_too_large_ = true;
      return false;
    }
    --values_left_;
    if (nests) return NextIs('{') ? Object(levels_left - 1) : Array(levels_left - 1);
    if (NextIs('"')) return String();
    return Word("true") || Word("false") || Word("null") || Number();
  }

  [[nodiscard]] bool Object(int levels_left) {
    if (!Take('{')) return false;
    SkipSpace();
    if (Take('}')) return true;
    do {
      SkipSpace();
      if (!String()) return false;
      SkipSpace();
      if (!Take(':') || !Value(levels_left)) return false;
      SkipSpace();
    } while (Take(','));
    return Take('}');
  }

  [[nodiscard]] bool Array(int levels_left) {
    if (!Take('[')) return false;
    SkipSpace();
    if (Take(']')) return true;
    do {
      if (!Value(levels_left)) return false;
      SkipSpace();
    } while (Take(','));
    return Take(']');
  }

  [[nodiscard]] bool String() {
    if (!Take('"')) return false;
    while (!rest_.empty()) {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"') return true;
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c == '\\' && !Escape()) return false;
    }
    return false;
  }

  // After the backslash. That surrogates come in pairs is checked by Protobuf's parser.
  [[nodiscard]] bool Escape() {
    if (rest_.empty()) return false;
    const char c = rest_.front();
    rest_.remove_prefix(1);
    if (c != 'u') return std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos;
    for (int i = 0; i < 4; ++i) {
      if (rest_.empty() || !IsHexDigit(rest_.front())) return false;
      rest_.remove_prefix(1);
    }
    return true;
  }

  [[nodiscard]] bool Digits() {
    std::size_t count = 0;
    while (count < rest_.size() && IsDigit(rest_[count])) ++count;
    rest_.remove_prefix(count);
    return count != 0;
  }

  [[nodiscard]] bool Number() {
    static_cast<void>(Take('-'));
    if (!Take('0') && !Digits()) return false;
    if (Take('.') && !Digits()) return false;
    if (!Take('e') && !Take('E')) return true;
    if (!Take('+')) static_cast<void>(Take('-'));
    return Digits();
  }

  std::string_view rest_;
  std::size_t values_left_;
  bool is_too_large_ = false;
};

}  // namespace

absl::Status CheckJsonForm(std::string_view text, std::size_t max_bytes) {
  if (text.size() > max_bytes) return base::Error(Reason::kMalformed, "shorten the JSON text");
  if (!base::Utf8Length(text)) return base::Error(Reason::kInvalidUtf8, "send JSON as UTF-8");
  JsonForm form(text, max_bytes / kJsonBytesPerValue);
  if (form.Document()) return absl::OkStatus();
  return base::Error(Reason::kMalformed, form.is_too_large()
                                             ? "send fewer JSON values, nested less deeply"
                                             : "send one JSON value by RFC 8259");
}

}  // namespace latchkey::codec
