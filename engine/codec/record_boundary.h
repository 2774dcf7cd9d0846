// engine/codec/record_boundary.h: boundary terms of keys (domain R-2).
#ifndef LATCHKEY_ENGINE_CODEC_RECORD_BOUNDARY_H_
#define LATCHKEY_ENGINE_CODEC_RECORD_BOUNDARY_H_

#include "latchkey/boundary.h"

#include "engine/codec/record_form.h"
#include "engine/codec/records.pb.h"

namespace latchkey::codec {

void TermToWire(const BoundaryTerm& term, wire::BoundaryTerm& wire);
// A term that restricts nothing is a fault: a lost direction must not widen a key.
void TermFromWire(const wire::BoundaryTerm& wire, BoundaryTerm& term, FieldCheck& check);

}  // namespace latchkey::codec

#endif  // LATCHKEY_ENGINE_CODEC_RECORD_BOUNDARY_H_
