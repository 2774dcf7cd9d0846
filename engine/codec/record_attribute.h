// engine/codec/record_attribute.h: resource attributes, in policies and in boundary terms.
#ifndef LATCHKEY_ENGINE_CODEC_RECORD_ATTRIBUTE_H_
#define LATCHKEY_ENGINE_CODEC_RECORD_ATTRIBUTE_H_

#include "latchkey/policy.h"

#include "engine/codec/record_form.h"
#include "engine/codec/records.pb.h"

namespace latchkey::codec {

void AttributeToWire(const ResourceAttribute& attribute, wire::ResourceAttribute& wire);
void AttributeFromWire(const wire::ResourceAttribute& wire, ResourceAttribute& attribute,
                       FieldCheck& check);

}  // namespace latchkey::codec

#endif  // LATCHKEY_ENGINE_CODEC_RECORD_ATTRIBUTE_H_
