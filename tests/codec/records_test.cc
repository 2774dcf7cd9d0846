// Records to bytes and back. Method: one fully set sample of each type goes through round trips,
// then its bytes are taken apart (wire_fields.h) and put together as no version of ours writes
// them.
#include "engine/codec/records.h"

#include <algorithm>
#include <limits>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "latchkey/status.h"

#include "codec/decoded.h"
#include "codec/sample_records.h"
#include "codec/wire_fields.h"

namespace latchkey::codec {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// The whole of one type's strictness, by field numbers of records.proto.
template <class Record>
struct Sample {
  Record record;
  std::vector<std::uint32_t> required;                         // refused when missing
  std::vector<std::pair<std::uint32_t, std::uint64_t>> enums;  // field, first unknown number
  std::vector<std::uint32_t> texts;                            // refused when not UTF-8
  std::vector<std::uint32_t> ids;    // refused when not printable, or too long
  std::vector<std::uint32_t> sized;  // refused when a byte short or long
};

// Calls `visit` with the sample of every type.
template <class Visitor>
void ForEachSample(Visitor visit) {
  visit(Sample<base::KeyRecord>{SampleKeyRecord(),
                                {1, 2, 4, 5, 8, 11, 12, 14, 18, 19, 20, 23},
                                {{12, 6}, {14, 4}, {18, 4}},
                                {3, 6, 7},
                                {4, 5, 9},
                                {1, 10}});
  visit(Sample<base::KeyTombstone>{SampleTombstone(), {1, 2, 3, 5}, {}, {}, {2, 3}, {1, 4}});
  visit(Sample<base::ChangeRecord>{SampleChange(), {2, 3}, {}, {4, 5, 6}, {}, {7, 9}});
  visit(Sample<HistoryEntry>{SampleHistory(), {1, 4, 6}, {{4, 15}}, {7}, {2}, {3}});
  visit(Sample<Identity>{
      SampleIdentity(), {1, 2, 3, 4, 11, 13}, {{3, 4}, {4, 3}}, {5, 6}, {1, 7, 12}, {}});
  visit(Sample<Account>{SampleAccount(), {1, 2, 4, 5, 6, 7, 8}, {{5, 4}}, {3}, {1, 4}, {}});
  visit(Sample<Membership>{SampleMembership(), {1, 2, 3, 5, 6}, {{3, 4}}, {}, {1, 2, 4}, {}});
  visit(Sample<AccessGroup>{SampleGroup(), {1, 2, 5, 6}, {}, {3, 4}, {1, 2}, {}});
  visit(Sample<Policy>{SamplePolicy(),
                       {1, 2, 3, 5, 9, 10, 12, 14, 30},
                       {{9, 3}},
                       {8, 32},
                       {1, 3, 5, 6, 11, 13},
                       {}});
  visit(Sample<Policy>{SampleAuthorization(),
                       {1, 2, 3, 9, 10, 12, 14, 30, 38},
                       {{9, 3}, {30, 3}},
                       {8},
                       {1, 3, 6, 11, 13},
                       {}});
  visit(Sample<Role>{SampleRole(), {1, 3}, {{3, 4}}, {2, 4}, {1}, {}});
  visit(Sample<CustomRole>{SampleCustomRole(), {1, 2, 3, 8, 9}, {}, {3, 4, 5, 6, 7}, {1, 2}, {}});
  visit(Sample<Service>{SampleService(), {1, 3}, {{3, 3}}, {1, 2, 4}, {}, {}});
  visit(Sample<NetworkZone>{SampleZone(), {1, 2, 5, 7, 9, 11}, {}, {3, 4}, {1, 2, 8, 10}, {}});
  visit(Sample<ContextRule>{
      SampleContextRule(), {1, 2, 5, 6, 7, 9, 11}, {{6, 3}}, {3}, {1, 2, 8, 10}, {}});
  visit(Sample<base::ContextDigest>{SampleContextDigest(), {1, 4, 5}, {}, {}, {1}, {4, 5}});
  visit(Sample<base::Activity>{SampleActivity(), {1, 2, 3}, {}, {}, {}, {1}});
  visit(Sample<StoreHeader>{SampleHeader(), {1, 2, 3, 7}, {}, {4, 5}, {}, {2, 3}});
  visit(Sample<StoreProgress>{SampleProgress(), {2}, {}, {}, {}, {2}});
  visit(Sample<RequestOutcome>{SampleOutcome(), {2}, {}, {3, 4}, {}, {}});
}

// store: what is written is what is read; hazard C75
TEST(Records, ComeBackWithEveryField) {
  ForEachSample([](const auto& sample) {
    using Record = std::decay_t<decltype(sample.record)>;
    const std::string bytes = Encode(sample.record);
    const Record back = Decoded<Record>(bytes);
    EXPECT_TRUE(Same(sample.record, back)) << typeid(Record).name();
    EXPECT_EQ(Encode(back), bytes);
  });
}

// hazard C75
TEST(Records, RefuseAnUnknownField) {
  ForEachSample([](const auto& sample) {
    using Record = std::decay_t<decltype(sample.record)>;
    const std::string bytes = Encode(sample.record);
    EXPECT_TRUE(IsRefused<Record>(bytes + Number(500, 1).Encoded())) << typeid(Record).name();
    EXPECT_TRUE(IsRefused<Record>(bytes + Number(500, 0).Encoded()));
    EXPECT_TRUE(IsRefused<Record>(bytes + Bytes(30, "term").Encoded()));
  });
}

// The boundary terms of a later version only ever shrink access: to drop them would widen it.
// hazard C75, domain R-2
TEST(Records, RefuseWhatALaterVersionWouldWrite) {
  EXPECT_TRUE(IsRefused<base::KeyRecord>(Encode(SampleKeyRecord()) + Bytes(30, "").Encoded()));
  EXPECT_TRUE(IsRefused<Policy>(Encode(SamplePolicy()) + Bytes(34, "").Encoded()));
}

// hazard C75
TEST(Records, RefuseAnUnknownFieldAtAnyDepth) {
  const std::string unknown = Number(500, 1).Encoded();
  const auto refused = [&]<class Record>(const Record& record, std::vector<std::uint32_t> path) {
    std::vector<WireFields> levels{WireFields(Encode(record))};
    for (const std::uint32_t field : path) levels.emplace_back(levels.back()[field].bytes);
    std::string inner = levels.back().Encoded() + unknown;
    for (std::size_t i = path.size(); i-- > 0;) inner = levels[i].Set(path[i], inner).Encoded();
    return IsRefused<Record>(inner);
  };
  EXPECT_TRUE(refused(SampleKeyRecord(), {2}));
  EXPECT_TRUE(refused(SampleKeyRecord(), {21}));
  EXPECT_TRUE(refused(SampleKeyRecord(), {21, 6}));
  EXPECT_TRUE(refused(SampleActivity(), {4}));
  EXPECT_TRUE(refused(SampleChange(), {3}));
  EXPECT_TRUE(refused(SampleChange(), {8}));
  EXPECT_TRUE(refused(SampleChange(), {8, 3}));
  EXPECT_TRUE(refused(SampleAccount(), {6}));
  EXPECT_TRUE(refused(SampleAccount(), {6, 3}));
  EXPECT_TRUE(refused(SamplePolicy(), {7}));
  EXPECT_TRUE(refused(SamplePolicy(), {31}));
  EXPECT_TRUE(refused(SamplePolicy(), {31, 2}));
  EXPECT_TRUE(refused(SamplePolicy(), {31, 2, 2}));
  EXPECT_TRUE(refused(SamplePolicy(), {33}));
  EXPECT_TRUE(refused(SampleAuthorization(), {38}));
}

// hazard C75
TEST(Records, RefuseAMissingRequiredValue) {
  ForEachSample([](const auto& sample) {
    using Record = std::decay_t<decltype(sample.record)>;
    for (const std::uint32_t field : sample.required) {
      WireFields wire(Encode(sample.record));
      ASSERT_TRUE(wire.Has(field)) << typeid(Record).name() << ' ' << field;
      EXPECT_TRUE(IsRefused<Record>(wire.Drop(field).Encoded()))
          << typeid(Record).name() << ' ' << field;
    }
  });
}

// hazard C75
TEST(Records, RefuseAnUnknownEnumNumber) {
  ForEachSample([](const auto& sample) {
    using Record = std::decay_t<decltype(sample.record)>;
    for (const auto& [field, unknown] : sample.enums) {
      WireFields wire(Encode(sample.record));
      EXPECT_FALSE(IsRefused<Record>(wire.Set(field, unknown - 1).Encoded()))
          << typeid(Record).name() << ' ' << field;
      // 2^32 + 1 would read as 1 if it were cut to 32 bits.
      for (const std::uint64_t number :
           {std::uint64_t{0}, unknown, std::uint64_t{255}, std::uint64_t{256} + 1,
            (std::uint64_t{1} << 32) + 1, ~std::uint64_t{0}}) {
        EXPECT_TRUE(IsRefused<Record>(wire.Set(field, number).Encoded()))
            << typeid(Record).name() << ' ' << field << ' ' << number;
      }
    }
  });
}

// hazard C75
TEST(Records, AnUnknownStateNeverMeansActive) {
  base::KeyRecord out = SampleKeyRecord();
  out.key.state = KeyState::kDisabled;
  WireFields wire(Encode(SampleKeyRecord()));
  for (const std::uint64_t state : {0U, 6U, 7U, 100U}) {
    EXPECT_FALSE(Decode(wire.Set(12, state).Encoded(), out).ok());
    EXPECT_EQ(out.key.state, KeyState::kDisabled) << "left alone on error";
  }
}

// hazard C75, domain R-1
TEST(Records, AnUnknownExternalModeIsNotEnabled) {
  for (const std::uint32_t rule : {3U, 4U}) {
    WireFields account(Encode(SampleAccount()));
    WireFields settings(account[6].bytes);
    WireFields external(settings[rule].bytes);
    for (const std::uint64_t mode : {0U, 4U}) {
      settings.Set(rule, external.Set(1, mode).Encoded());
      EXPECT_TRUE(IsRefused<Account>(account.Set(6, settings.Encoded()).Encoded()));
    }
    EXPECT_TRUE(IsRefused<Account>(account.Set(6, settings.Drop(rule).Encoded()).Encoded()));
  }
}

// hazards C32, C75
TEST(Records, RefuseTextThatIsNotUtf8) {
  ForEachSample([](const auto& sample) {
    using Record = std::decay_t<decltype(sample.record)>;
    for (const std::uint32_t field : sample.texts) {
      for (const char* text : {"\xff", "\xc0\xaf", "\xed\xa0\x80", "a\xf4\x90\x80\x80"}) {
        WireFields wire(Encode(sample.record));
        ASSERT_TRUE(wire.Has(field)) << typeid(Record).name() << ' ' << field;
        EXPECT_TRUE(IsRefused<Record>(wire.Set(field, text).Encoded()))
            << typeid(Record).name() << ' ' << field;
      }
    }
  });
}

// Protobuf's own text fields would complain on standard error.
// hazard C82
TEST(Records, NothingIsLogged) {
  ::testing::internal::CaptureStderr();
  WireFields wire(Encode(SampleGroup()));
  EXPECT_TRUE(IsRefused<AccessGroup>(wire.Set(3, "\xff").Encoded()));
  EXPECT_TRUE(IsRefused<AccessGroup>("\xff\xff"));
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

// domain D-7: ids are 1..128 printable ASCII characters
TEST(Records, RefuseIdsThatAreNotOfTheirForm) {
  ForEachSample([](const auto& sample) {
    using Record = std::decay_t<decltype(sample.record)>;
    for (const std::uint32_t field : sample.ids) {
      WireFields wire(Encode(sample.record));
      ASSERT_TRUE(wire.Has(field)) << typeid(Record).name() << ' ' << field;
      EXPECT_FALSE(IsRefused<Record>(wire.Set(field, std::string(128, '~')).Encoded()));
      for (const std::string& id : {std::string(129, 'a'), std::string("a b"), std::string("\x7f"),
                                    std::string("\xc3\xa4"), std::string("a\0", 2)}) {
        EXPECT_TRUE(IsRefused<Record>(wire.Set(field, id).Encoded()))
            << typeid(Record).name() << ' ' << field;
      }
    }
  });
}

// hazard C75
TEST(Records, RefuseFixedFieldsOfAnotherLength) {
  ForEachSample([](const auto& sample) {
    using Record = std::decay_t<decltype(sample.record)>;
    for (const std::uint32_t field : sample.sized) {
      for (const std::size_t size : {0U, 15U, 17U, 32U}) {
        WireFields wire(Encode(sample.record));
        EXPECT_TRUE(IsRefused<Record>(wire.Set(field, std::string(size, 'x')).Encoded()))
            << typeid(Record).name() << ' ' << field << ' ' << size;
      }
    }
  });
}

// A doubled scalar, another order of fields, a long varint, a zero that is written out: Protobuf
// reads them all alike, we read none of them. hazard C75
TEST(Records, HaveOneSpelling) {
  ForEachSample([](const auto& sample) {
    using Record = std::decay_t<decltype(sample.record)>;
    const WireFields wire(Encode(sample.record));
    const WireField first = wire.fields.front();
    WireFields doubled = wire;
    doubled.fields.insert(doubled.fields.begin(), first);
    EXPECT_TRUE(IsRefused<Record>(doubled.Encoded())) << typeid(Record).name();
    WireFields rotated = wire;
    std::rotate(rotated.fields.begin(), rotated.fields.begin() + 1, rotated.fields.end());
    EXPECT_TRUE(IsRefused<Record>(rotated.Encoded())) << typeid(Record).name();
  });
  const std::string progress = Encode(SampleProgress());
  ASSERT_EQ(progress.substr(0, 2), "\x08\x63");
  EXPECT_TRUE(IsRefused<StoreProgress>("\x08\xe3" + std::string(1, '\0') + progress.substr(2)));
  EXPECT_TRUE(IsRefused<StoreProgress>("\x88" + std::string(1, '\0') + progress.substr(1)));
  Identity user = SampleIdentity();
  user.federated = false;
  WireFields wire(Encode(user));
  ASSERT_FALSE(wire.Has(8));
  EXPECT_TRUE(IsRefused<Identity>(wire.Set(8, 0).Encoded()));
}

// hazard C75
TEST(Records, RefuseTrailingAndMissingBytes) {
  ForEachSample([](const auto& sample) {
    using Record = std::decay_t<decltype(sample.record)>;
    const std::string bytes = Encode(sample.record);
    for (const std::string_view tail : {std::string_view("\0", 1), std::string_view("\xff"),
                                        std::string_view("\x0a"), std::string_view(bytes)}) {
      EXPECT_TRUE(IsRefused<Record>(bytes + std::string(tail))) << typeid(Record).name();
    }
    EXPECT_TRUE(IsRefused<Record>("")) << typeid(Record).name();
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      Record record;
      if (Decode(bytes.substr(0, size), record).ok()) {
        EXPECT_EQ(Encode(record), bytes.substr(0, size));
      }
    }
  });
}

// Any single bit: refused, or another record with that one spelling. What the store's checksum is
// for is not asked of the codec.
// hazards C69, C75
TEST(Records, SurviveEveryFlippedBit) {
  ForEachSample([](const auto& sample) {
    using Record = std::decay_t<decltype(sample.record)>;
    const std::string bytes = Encode(sample.record);
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
      std::string flipped = bytes;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
      Record record;
      if (Decode(flipped, record).ok()) {
        EXPECT_EQ(Encode(record), flipped) << typeid(Record).name() << ' ' << bit;
      }
    }
  });
}

// hazard C75
TEST(Records, SurviveRandomBytes) {
  std::mt19937 random(20'240'229);
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes(random() % 40, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    base::KeyRecord key;
    EXPECT_FALSE(Decode(bytes, key).ok());
    StoreProgress progress;
    if (Decode(bytes, progress).ok()) {
      EXPECT_EQ(Encode(progress), bytes);
    }
  }
}

// hazard C75
TEST(Records, RefuseNestingWithoutEnd) {
  const std::string groups(100'000, '\x0b');  // start of group 1, 10^5 times
  EXPECT_TRUE(IsRefused<base::KeyRecord>(groups));
  EXPECT_TRUE(IsRefused<base::KeyRecord>(Encode(SampleKeyRecord()) + groups));
  std::string messages;
  for (int i = 0; i < 1'000; ++i) messages = Bytes(2, messages).Encoded();
  EXPECT_TRUE(IsRefused<base::KeyRecord>(messages));
}

// hazard C75
TEST(Records, RefuseALengthBeyondTheirEnd) {
  for (const std::uint64_t length : {std::uint64_t{100}, std::uint64_t{0x7fff'ffff},
                                     std::uint64_t{0x8000'0000}, ~std::uint64_t{0}}) {
    EXPECT_TRUE(IsRefused<Role>(Varint(1 << 3 | 2) + Varint(length) + "role"));
  }
}

// hazard C75
TEST(Records, NameNoInputInTheirErrors) {
  WireFields wire(Encode(SampleGroup()));
  AccessGroup group;
  const absl::Status status = Decode(wire.Set(3, "hunter2\xff").Encoded(), group);
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), HasSubstr("group: name"));
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("hunter2")));
}

// domain K-11
TEST(Records, KeepTimesToTheMicrosecond) {
  for (const std::int64_t micros :
       {std::int64_t{0}, std::int64_t{1}, std::int64_t{-1}, std::int64_t{1'700'000'000'123'457},
        std::int64_t{-62'135'596'800'000'000}, std::int64_t{253'402'300'799'999'999},
        std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()}) {
    base::KeyRecord record = SampleKeyRecord();
    record.key.created_at = absl::FromUnixMicros(micros);
    record.key.expires_at = absl::FromUnixMicros(micros);
    record.secrets[1].info.ends_at = absl::FromUnixMicros(micros);
    EXPECT_TRUE(Same(Decoded<base::KeyRecord>(Encode(record)), record)) << micros;
  }
}

// A key that expires at the epoch is expired: it is not a key without expiry.
// domain K-11
TEST(Records, TellTheEpochFromNoTime) {
  base::KeyRecord record = SampleKeyRecord();
  record.key.expires_at = absl::UnixEpoch();
  EXPECT_EQ(Decoded<base::KeyRecord>(Encode(record)).key.expires_at, absl::UnixEpoch());
  record.key.expires_at.reset();
  EXPECT_EQ(Decoded<base::KeyRecord>(Encode(record)).key.expires_at, std::nullopt);
}

// domain K-5: absent and empty are different descriptions
TEST(Records, TellAbsentFromEmpty) {
  base::KeyRecord record = SampleKeyRecord();
  record.key.description = "";
  EXPECT_EQ(Decoded<base::KeyRecord>(Encode(record)).key.description, "");
  record.key.description.reset();
  EXPECT_EQ(Decoded<base::KeyRecord>(Encode(record)).key.description, std::nullopt);
  Account account = SampleAccount();
  account.settings.keys_per_identity = 0;
  EXPECT_EQ(Decoded<Account>(Encode(account)).settings.keys_per_identity, 0U);
  account.settings.keys_per_identity.reset();
  EXPECT_EQ(Decoded<Account>(Encode(account)).settings.keys_per_identity, std::nullopt);
  base::ChangeRecord change = SampleChange();
  change.touched[0].image = "";
  EXPECT_EQ(Decoded<base::ChangeRecord>(Encode(change)).touched[0].image, "");
}

// domain C-1, K-3
TEST(Records, TheFeedHoldsNoVerifier) {
  const base::KeyRecord record = SampleKeyRecord();
  const std::string bytes = EncodeWithoutVerifiers(record);
  for (const base::SecretRecord& secret : record.secrets) {
    const base::Verifier& verifier = secret.verifier;
    EXPECT_THAT(bytes, Not(HasSubstr(std::string(verifier.hash.begin(), verifier.hash.end()))));
    EXPECT_THAT(bytes, Not(HasSubstr(std::string(verifier.salt.begin(), verifier.salt.end()))));
  }
  base::KeyRecord expected = record;
  for (base::SecretRecord& secret : expected.secrets) secret.verifier = {};
  EXPECT_TRUE(Same(Decoded<base::KeyRecord>(bytes), expected));
  EXPECT_TRUE(Same(SampleKeyRecord(), record)) << "the record itself keeps them";
}

// domain K-7
TEST(Records, RefuseSecretsOutOfOrder) {
  base::KeyRecord sample = SampleKeyRecord();
  sample.made_with.clear();
  sample.key.boundary.clear();
  WireFields wire(Encode(sample));
  WireFields swapped = wire;
  ASSERT_EQ(swapped.fields[swapped.fields.size() - 2].number, 21U);
  std::swap(swapped.fields[swapped.fields.size() - 2], swapped.fields.back());
  EXPECT_TRUE(IsRefused<base::KeyRecord>(swapped.Encoded()));
  EXPECT_TRUE(IsRefused<base::KeyRecord>(wire.Set(20, 8).Encoded())) << "a number yet to be given";
  EXPECT_FALSE(IsRefused<base::KeyRecord>(wire.Set(20, 10).Encoded()));
  base::KeyRecord none = SampleKeyRecord();
  none.secrets.clear();
  EXPECT_TRUE(Same(Decoded<base::KeyRecord>(Encode(none)), none));
}

// domain K-9: only users have a classic key; no kind, or an unknown one, is a fault.
TEST(Records, AClassicKeyIsAUsers) {
  base::KeyRecord classic = SampleKeyRecord();
  classic.owner_kind = IdentityKind::kUser;
  classic.key.kind = KeyKind::kClassic;
  EXPECT_TRUE(Same(Decoded<base::KeyRecord>(Encode(classic)), classic));
  const WireFields wire(Encode(classic));
  for (const IdentityKind other : {IdentityKind::kServiceId, IdentityKind::kTrustedProfile}) {
    EXPECT_TRUE(IsRefused<base::KeyRecord>(
        WireFields(wire).Set(18, static_cast<std::uint64_t>(other)).Encoded()));
  }
  for (const std::uint64_t number : {0ULL, 3ULL, 255ULL, 257ULL, (1ULL << 32) + 1}) {
    EXPECT_TRUE(IsRefused<base::KeyRecord>(WireFields(wire).Set(23, number).Encoded())) << number;
  }
}

// domain R-2: a term that lost its directions would widen the key.
TEST(Records, RefuseABoundaryTermThatRestrictsNothing) {
  WireFields key(Encode(SampleKeyRecord()));
  const auto term = std::ranges::find(key.fields, 30U, &WireField::number);
  ASSERT_NE(term, key.fields.end());
  term->bytes.clear();
  EXPECT_TRUE(IsRefused<base::KeyRecord>(key.Encoded()));
}

// domain K-12: ascending, so that equal records have equal bytes.
TEST(Records, RefuseMakersOutOfOrder) {
  base::KeyRecord sample = SampleKeyRecord();
  sample.key.boundary.clear();
  WireFields key(Encode(sample));
  const auto last = key.fields.end() - 1;
  ASSERT_EQ((last - 1)->number, 22U);
  std::swap(*(last - 1), *last);
  EXPECT_TRUE(IsRefused<base::KeyRecord>(key.Encoded()));
  *(last - 1) = *last;
  EXPECT_TRUE(IsRefused<base::KeyRecord>(key.Encoded()));
  WireFields tombstone(Encode(SampleTombstone()));
  const auto first = std::ranges::find(tombstone.fields, 4U, &WireField::number);
  std::swap(*first, *(first + 1));
  EXPECT_TRUE(IsRefused<base::KeyTombstone>(tombstone.Encoded()));
}

// hazard F12: a verifier without cost is none
TEST(Records, RefuseAVerifierWithoutCost) {
  WireFields key(Encode(SampleKeyRecord()));
  WireFields secret(key[21].bytes);
  for (const std::uint32_t field : {1U, 2U, 3U, 4U}) {
    WireFields verifier(secret[6].bytes);
    WireFields other = secret;
    other.Set(6, verifier.Drop(field).Encoded());
    EXPECT_TRUE(IsRefused<base::KeyRecord>(key.Set(21, other.Encoded()).Encoded())) << field;
  }
}

// domain K-6: n counts from 1
TEST(Records, RefuseAnEntityTagThatCountsNothing) {
  for (const std::uint32_t field : {1U, 2U}) {
    WireFields wire(Encode(SampleMembership()));
    WireFields tag(wire[6].bytes);
    EXPECT_TRUE(IsRefused<Membership>(wire.Set(6, tag.Drop(field).Encoded()).Encoded()));
  }
}

// domain section 1: a user belongs to no account, a service ID and a profile to one
TEST(Records, RefuseAnAccountThatDoesNotFitTheKindOfIdentity) {
  Identity live = SampleIdentity();
  live.state = IdentityState::kActive;
  WireFields wire(Encode(live));
  EXPECT_TRUE(IsRefused<Identity>(wire.Set(3, 1).Encoded()));
  EXPECT_FALSE(IsRefused<Identity>(wire.Drop(7).Encoded()));
  EXPECT_TRUE(IsRefused<Identity>(wire.Set(3, 3).Encoded()));
}

// domain C-1: every change has its caller
TEST(Records, RefuseAChangeThatNobodyMade) {
  WireFields wire(Encode(SampleChange()));
  WireFields actor(wire[3].bytes);
  for (const std::uint64_t kind : {0U, 4U}) {
    EXPECT_TRUE(IsRefused<base::ChangeRecord>(wire.Set(3, actor.Set(1, kind).Encoded()).Encoded()));
  }
}

// hazard C93
TEST(Records, RefuseASourceAddressWithASecondSpelling) {
  WireFields wire(Encode(SampleChange()));
  WireFields actor(wire[3].bytes);
  for (const char* text : {"2001:DB8::1", "::ffff:1.2.3.4", "", "1.2.3"}) {
    EXPECT_TRUE(IsRefused<base::ChangeRecord>(wire.Set(3, actor.Set(6, text).Encoded()).Encoded()))
        << text;
  }
}

// A store of a later format is foreign, not corrupt: its header may hold anything beside the
// format. hazard C75
TEST(Records, TheFormatOfAnyHeaderCanBeRead) {
  EXPECT_EQ(PeekFormat(Encode(SampleHeader())), 1U);
  EXPECT_EQ(PeekFormat(Number(1, 7).Encoded() + Bytes(99, "new").Encoded()), 7U);
  StoreHeader zero = SampleHeader();
  zero.format = 0;
  EXPECT_EQ(PeekFormat(Encode(zero)), 0U);
  EXPECT_EQ(PeekFormat(""), std::nullopt);
  EXPECT_EQ(PeekFormat("\xff"), std::nullopt);
}

// Field numbers are for ever: this is one record, byte for byte.
// hazard C75
TEST(Records, KeepTheirWireForm) {
  const std::string tag =
      Number(1, 1).Encoded() + Bytes(2, std::string("\xf8\xf9\xfa\xfb\xfc\xfd"
                                                    "\xfe\xff\x00\x01\x02\x03\x04\x05\x06\x07",
                                                    16))
                                   .Encoded();
  EXPECT_EQ(Encode(SampleMembership()), Bytes(1, "acct").Encoded() + Bytes(2, "IBMid-1").Encoded() +
                                            Number(3, 3).Encoded() + Bytes(4, "IBMid-2").Encoded() +
                                            Number(5, 1'700'000'000'000'001).Encoded() +
                                            Bytes(6, tag).Encoded());
}

// What could not be read back never reaches the disk.
// hazard C75
TEST(RecordsDeathTest, EncodeEndsTheProcessRatherThanWriteWhatDecodeRefuses) {
  Identity nameless = SampleIdentity();
  nameless.id = IamId();
  EXPECT_DEATH(static_cast<void>(Encode(nameless)), "identity: id");
  Account foreign = SampleAccount();
  foreign.name = "\xff";
  EXPECT_DEATH(static_cast<void>(Encode(foreign)), "account: name");
  base::KeyRecord key = SampleKeyRecord();
  key.use_epoch = 0;
  EXPECT_DEATH(static_cast<void>(Encode(key)), "key: use epoch");
  key = SampleKeyRecord();
  key.key.secrets.resize(1);
  EXPECT_DEATH(static_cast<void>(Encode(key)), "lists its secrets beside the key");
  Policy policy = SamplePolicy();
  policy.state = static_cast<PolicyState>(9);
  EXPECT_DEATH(static_cast<void>(Encode(policy)), "policy: state");
}

}  // namespace
}  // namespace latchkey::codec
