// Looks for secrets in the files of a store, in every spelling in which one could have got there.
#ifndef LATCHKEY_ENGINE_HOSTS_DEMO_SEARCH_H_
#define LATCHKEY_ENGINE_HOSTS_DEMO_SEARCH_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace demo {

// The spellings of the secret inside `token` (domain K-8: 43 base62 digits before the last 17
// characters): the whole token, the digits, the 32 raw bytes, and their hex in both cases.
std::vector<std::string> SpellingsOf(std::string_view token);

struct Found {
  std::size_t files = 0;  // searched
  std::size_t bytes = 0;
  std::size_t hits = 0;
};

// Searches every regular file below `directory`, except LMDB's lock file: closing any descriptor of
// that one would drop the locks of this process (it holds reader slots, no records).
Found Search(const std::string& directory, const std::vector<std::string>& needles);

}  // namespace demo

#endif  // LATCHKEY_ENGINE_HOSTS_DEMO_SEARCH_H_
