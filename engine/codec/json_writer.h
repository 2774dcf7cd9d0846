// engine/codec/json_writer.h: JSON text, written front to back.
#ifndef LATCHKEY_ENGINE_CODEC_JSON_WRITER_H_
#define LATCHKEY_ENGINE_CODEC_JSON_WRITER_H_

#include <string>
#include <string_view>
#include <utility>

namespace latchkey::codec {

// Calls nest as the text does; commas are set by the writer. Texts are UTF-8.
class JsonWriter {
 public:
  void BeginObject() { Begin('{'); }
  void EndObject() { End('}'); }
  void BeginArray() { Begin('['); }
  void EndArray() { End(']'); }

  // Before each value in an object.
  void Name(std::string_view name);
  void Text(std::string_view text);
  void Literal(std::string_view literal);  // true, false: written as it is

  void TextMember(std::string_view name, std::string_view text) {
    Name(name);
    Text(text);
  }

  [[nodiscard]] std::string Take() { return std::move(out_); }

 private:
  void Begin(char bracket);
  void End(char bracket);
  void Separate();
  void Quote(std::string_view text);

  std::string out_;
  bool needs_comma_ = false;
};

}  // namespace latchkey::codec

#endif  // LATCHKEY_ENGINE_CODEC_JSON_WRITER_H_
