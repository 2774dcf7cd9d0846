// What may not come back from the disk as a policy, a zone or a context rule: less than was stored
// would let more in.
#include <string>

#include "gtest/gtest.h"

#include "codec/decoded.h"
#include "codec/sample_records.h"
#include "codec/wire_fields.h"
#include "engine/codec/records.h"

namespace latchkey::codec {
namespace {

// domain P-8: IBM's "xor"
TEST(Records, APolicyHasExactlyOneSubject) {
  Policy policy = SamplePolicy();
  policy.subject = IamId("IBMid-1");
  EXPECT_TRUE(Same(Decoded<Policy>(Encode(policy)), policy));
  WireFields wire(Encode(policy));
  EXPECT_TRUE(IsRefused<Policy>(wire.Set(5, "AccessGroupId-1").Encoded()));
  EXPECT_TRUE(IsRefused<Policy>(wire.Drop(4).Drop(5).Encoded()));
}

// domain P-8, hazard C39: what came back with an identity could be taken for a grant to it, and a
// policy of type access that lost its subject for one to nobody
TEST(Records, AnAuthorizationHasAttributesAndNoOtherSubject) {
  const std::string bytes = Encode(SampleAuthorization());
  EXPECT_FALSE(WireFields(bytes).Has(4));
  EXPECT_FALSE(WireFields(bytes).Has(5));
  const Policy back = Decoded<Policy>(bytes);
  EXPECT_TRUE(Same(back, SampleAuthorization()));
  EXPECT_EQ(back.subject, PolicySubject(IamId()));
  EXPECT_TRUE(IsRefused<Policy>(WireFields(bytes).Set(4, "IBMid-1").Encoded()));
  EXPECT_TRUE(IsRefused<Policy>(WireFields(bytes).Set(5, "AccessGroupId-1").Encoded()));
  EXPECT_TRUE(IsRefused<Policy>(WireFields(bytes).Set(30, 1).Encoded())) << "as access";
  const std::string attribute = WireFields(bytes)[38].bytes;
  WireFields access(Encode(SamplePolicy()));
  EXPECT_TRUE(IsRefused<Policy>(WireFields(access).Set(38, attribute).Encoded()));
  EXPECT_TRUE(IsRefused<Policy>(access.Set(30, 2).Encoded())) << "as authorization";
}

// domain P-8: what is not of one form is never written
TEST(RecordsDeathTest, APolicyOfTwoFormsEndsTheProcess) {
  Policy both = SampleAuthorization();
  both.subject = IamId("IBMid-1");
  EXPECT_DEATH(static_cast<void>(Encode(both)), "policy: subject of an authorization");
  both = SamplePolicy();
  both.subject_attributes = SampleAuthorization().subject_attributes;
  EXPECT_DEATH(static_cast<void>(Encode(both)), "policy: subject attributes");
}

// domain P-4
TEST(Records, RefuseAPolicyAttributeWithoutItsParts) {
  for (const std::uint32_t field : {1U, 2U, 3U}) {
    WireFields wire(Encode(SamplePolicy()));
    WireFields attribute(wire[7].bytes);
    EXPECT_TRUE(IsRefused<Policy>(wire.Set(7, attribute.Drop(field).Encoded()).Encoded())) << field;
  }
  WireFields wire(Encode(SamplePolicy()));
  WireFields attribute(wire[7].bytes);
  EXPECT_TRUE(IsRefused<Policy>(wire.Set(7, attribute.Set(2, 6).Encoded()).Encoded()));
}

// The sample's policy with its rule replaced by the group, or by a rule of these fields.
std::string WithGroup(const std::string& group) {
  WireFields wire(Encode(SamplePolicy()));
  return wire.Set(31, Number(1, 2).Encoded() + Bytes(2, group).Encoded()).Encoded();
}
std::string WithRule(const std::string& rule) {
  WireFields wire(Encode(SamplePolicy()));
  return wire.Set(31, rule).Encoded();
}

// domain P-5: a rule that lost a part must not come back as a wider one
TEST(Records, RefuseARuleWithoutItsParts) {
  WireFields policy(Encode(SamplePolicy()));
  WireFields rule(policy[31].bytes);
  const std::string group = rule[2].bytes;
  const std::string condition = WireFields(group)[2].bytes;
  const std::string joined = Number(1, 1).Encoded();
  EXPECT_FALSE(IsRefused<Policy>(WithGroup(group)));
  EXPECT_FALSE(IsRefused<Policy>(WithGroup(Bytes(2, condition).Encoded())));
  for (const std::uint32_t field : {1U, 2U, 3U}) {
    const std::string less = WireFields(condition).Drop(field).Encoded();
    EXPECT_TRUE(IsRefused<Policy>(WithGroup(joined + Bytes(2, less).Encoded()))) << field;
  }
  const std::string newer = WireFields(condition).Set(2, 20).Encoded();
  EXPECT_TRUE(IsRefused<Policy>(WithGroup(joined + Bytes(2, newer).Encoded())));
  EXPECT_TRUE(IsRefused<Policy>(WithGroup(joined)));
  EXPECT_TRUE(IsRefused<Policy>(WithGroup("")));
  EXPECT_TRUE(IsRefused<Policy>(WithGroup(Number(1, 3).Encoded() + Bytes(2, condition).Encoded())));
  const std::string one = Bytes(2, condition).Encoded();
  EXPECT_TRUE(IsRefused<Policy>(WithGroup(one + one))) << "two conditions, not joined";
  EXPECT_TRUE(IsRefused<Policy>(WithRule("")));
  EXPECT_TRUE(IsRefused<Policy>(WithRule(joined)));
  EXPECT_TRUE(IsRefused<Policy>(WithRule(Number(1, 3).Encoded() + Bytes(2, one).Encoded())));
  EXPECT_TRUE(IsRefused<Policy>(WithRule(Bytes(2, one).Encoded() + Bytes(2, one).Encoded())));
  EXPECT_TRUE(IsRefused<Policy>(WithRule(Bytes(2, joined + one).Encoded())))
      << "a joined group, and nothing that joins groups";
  EXPECT_FALSE(IsRefused<Policy>(WithRule(Bytes(2, one).Encoded())));
}

// hazard F13, domain R-3: a zone whose ranges are cut or turned around is no zone.
TEST(Records, RefuseRangesThatAreNotWholeOrEndBeforeTheyBegin) {
  const std::string low(16, '\x01');
  const std::string high(16, '\x02');
  WireFields wire(Encode(SampleZone()));
  for (const std::uint32_t field : {5U, 6U}) {
    WireFields changed = wire;
    EXPECT_FALSE(IsRefused<NetworkZone>(changed.Set(field, low + high).Encoded()));
    EXPECT_TRUE(IsRefused<NetworkZone>(changed.Set(field, high + low).Encoded()));
    EXPECT_TRUE(IsRefused<NetworkZone>(changed.Set(field, low + high + low).Encoded()));
    EXPECT_TRUE(IsRefused<NetworkZone>(changed.Set(field, low + high + "x").Encoded()));
  }
  EXPECT_TRUE(IsRefused<NetworkZone>(wire.Set(5, "").Encoded()));
}

// domain R-3: a context without zones lets nobody in, and no call can have stored it.
TEST(Records, RefuseAContextRuleWithAnEmptyContext) {
  WireFields wire(Encode(SampleContextRule()));
  EXPECT_TRUE(IsRefused<ContextRule>(wire.Set(5, "").Encoded()));
}

}  // namespace
}  // namespace latchkey::codec
