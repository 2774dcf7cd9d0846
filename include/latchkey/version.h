// latchkey/version.h: the version of the library, for the preprocessor and for the linker.
//
// All public names live in the inline namespace `v0`, so that objects built against two
// incompatible versions do not link into one program without an error. Major version 0 promises
// no stable interface and no stable store format.
#ifndef LATCHKEY_VERSION_H_
#define LATCHKEY_VERSION_H_

#include <string_view>

#define LATCHKEY_VERSION_MAJOR 0
#define LATCHKEY_VERSION_MINOR 1
#define LATCHKEY_VERSION_PATCH 0
#define LATCHKEY_VERSION_STRING "0.1.0"

namespace latchkey::inline v0 {

// Version of the headers this translation unit was compiled against.
inline constexpr std::string_view kHeaderVersion = LATCHKEY_VERSION_STRING;

// Version of the library that was linked. Threads: any. Cost: none.
[[nodiscard]] std::string_view LibraryVersion();

}  // namespace latchkey::inline v0

#endif  // LATCHKEY_VERSION_H_
