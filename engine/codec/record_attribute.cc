#include "engine/codec/record_attribute.h"

namespace latchkey::codec {

void AttributeToWire(const ResourceAttribute& attribute, wire::ResourceAttribute& wire) {
  wire.set_key(attribute.key);
  wire.set_op(NumberOf(attribute.op));
  for (const std::string& value : attribute.values) wire.add_values(value);
}

void AttributeFromWire(const wire::ResourceAttribute& wire, ResourceAttribute& attribute,
                       FieldCheck& check) {
  attribute.key = check.Text(wire.key(), "attribute: key");
  check.Require(!attribute.key.empty(), "attribute: key");
  attribute.op =
      check.Number(wire.op(), AttributeOperator::kStringMatchAnyOf, "attribute: operator");
  check.Require(wire.values_size() >= 1, "attribute: values");
  for (const std::string& value : wire.values()) {
    attribute.values.push_back(check.Text(value, "attribute: values"));
  }
}

}  // namespace latchkey::codec
