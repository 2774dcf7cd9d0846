#include "engine/codec/json_writer.h"

namespace latchkey::codec {
namespace {

// RFC 8259 section 7: only these must be escaped.
void AppendEscaped(char c, std::string& out) {
  constexpr char kHex[] = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  if (c == '"' || c == '\\') {
    out += '\\';
    out += c;
  } else if (byte < 0x20) {
    out += "\\u00";
    out += kHex[byte >> 4];
    out += kHex[byte & 0xf];
  } else {
    out += c;
  }
}

}  // namespace

void JsonWriter::Begin(char bracket) {
  Separate();
  out_ += bracket;
  needs_comma_ = false;
}

void JsonWriter::End(char bracket) {
  out_ += bracket;
  needs_comma_ = true;
}

void JsonWriter::Separate() {
  if (needs_comma_) out_ += ',';
  needs_comma_ = true;
}

void JsonWriter::Quote(std::string_view text) {
  out_ += '"';
  for (const char c : text) AppendEscaped(c, out_);
  out_ += '"';
}

void JsonWriter::Name(std::string_view name) {
  Separate();
  Quote(name);
  out_ += ':';
  needs_comma_ = false;
}

void JsonWriter::Text(std::string_view text) {
  Separate();
  Quote(text);
}

void JsonWriter::Literal(std::string_view literal) {
  Separate();
  out_ += literal;
}

}  // namespace latchkey::codec
