// engine/codec/attribute_operators.h: the operators of resource attributes and the JSON of their
// values (domain P-4).
#ifndef LATCHKEY_ENGINE_CODEC_ATTRIBUTE_OPERATORS_H_
#define LATCHKEY_ENGINE_CODEC_ATTRIBUTE_OPERATORS_H_

#include <array>
#include <string_view>

#include "latchkey/policy.h"

namespace latchkey::codec {

enum class ValueForm { kString, kBoolean, kStrings };

struct OperatorRow {
  AttributeOperator op;
  std::string_view name;
  ValueForm form;
};

inline constexpr std::array kOperators = {
    OperatorRow{AttributeOperator::kStringEquals, "stringEquals", ValueForm::kString},
    OperatorRow{AttributeOperator::kStringMatch, "stringMatch", ValueForm::kString},
    OperatorRow{AttributeOperator::kStringExists, "stringExists", ValueForm::kBoolean},
    OperatorRow{AttributeOperator::kStringEqualsAnyOf, "stringEqualsAnyOf", ValueForm::kStrings},
    OperatorRow{AttributeOperator::kStringMatchAnyOf, "stringMatchAnyOf", ValueForm::kStrings},
};

// Null if there is none.
[[nodiscard]] constexpr const OperatorRow* RowNamed(std::string_view name) {
  for (const OperatorRow& row : kOperators) {
    if (row.name == name) return &row;
  }
  return nullptr;
}
[[nodiscard]] constexpr const OperatorRow* RowOf(AttributeOperator op) {
  for (const OperatorRow& row : kOperators) {
    if (row.op == op) return &row;
  }
  return nullptr;
}

}  // namespace latchkey::codec

#endif  // LATCHKEY_ENGINE_CODEC_ATTRIBUTE_OPERATORS_H_
