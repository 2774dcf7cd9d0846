# The library: one set of objects per floor. A source file that lies in its floor's folder is in the
# build: there is no list to forget it in. Hosts are programs of their own.
include(cmake/floors.cmake)

# Generated Protobuf code is not ours to warn about.
file(GLOB latchkey_protos CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/engine/codec/*.proto)
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/generated)
if(latchkey_protos)
  add_library(latchkey_proto OBJECT ${latchkey_protos})
  target_link_libraries(latchkey_proto PUBLIC protobuf::libprotobuf)
  target_include_directories(latchkey_proto SYSTEM PUBLIC ${PROJECT_BINARY_DIR}/generated)
  protobuf_generate(TARGET latchkey_proto LANGUAGE cpp
                    IMPORT_DIRS ${PROJECT_SOURCE_DIR}
                    PROTOC_OUT_DIR ${PROJECT_BINARY_DIR}/generated)
endif()

# What every floor compiles with.
add_library(latchkey_floor INTERFACE)
# Immediate binding: the lazy resolver saves vector registers on the stack, and with them the bytes
# of a secret that a copy has just moved (seen by tests/codec/token_residue_test.cc, hazard K12).
target_link_options(latchkey_floor INTERFACE LINKER:-z,now)
# Nobody replaces our functions while a program is loaded: calls inside a file need no detour.
target_compile_options(latchkey_floor INTERFACE -fno-semantic-interposition)
target_include_directories(latchkey_floor INTERFACE
  ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/include)
target_link_libraries(latchkey_floor INTERFACE
  latchkey_strict absl::status absl::statusor absl::time absl::strings absl::cord
  absl::flat_hash_map absl::flat_hash_set absl::synchronization Threads::Threads)

set(latchkey_objects "")
if(TARGET latchkey_proto)
  list(APPEND latchkey_objects $<TARGET_OBJECTS:latchkey_proto>)
endif()
foreach(floor IN LISTS latchkey_floors)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/engine/${floor}/*.cc)
  if(sources)
    add_library(latchkey_${floor} OBJECT ${sources})
    target_link_libraries(latchkey_${floor} PRIVATE latchkey_floor)
    list(APPEND latchkey_objects $<TARGET_OBJECTS:latchkey_${floor}>)
  endif()
endforeach()
# The one door per C library.
if(TARGET latchkey_kv)
  target_link_libraries(latchkey_kv PRIVATE PkgConfig::lmdb)
endif()
if(TARGET latchkey_crypto)
  target_link_libraries(latchkey_crypto PRIVATE PkgConfig::libsodium)
endif()
if(TARGET latchkey_codec AND TARGET latchkey_proto)
  target_link_libraries(latchkey_codec PRIVATE protobuf::libprotobuf)
  target_include_directories(latchkey_codec SYSTEM PRIVATE ${PROJECT_BINARY_DIR}/generated)
  add_dependencies(latchkey_codec latchkey_proto)
endif()

# With ThreadSanitizer Protobuf's headers give their maps a member more, which the system's library,
# built without it, does not know.
if(LATCHKEY_SANITIZE STREQUAL "thread")
  set_source_files_properties(${PROJECT_SOURCE_DIR}/engine/codec/json_reader.cc
                              PROPERTIES COMPILE_OPTIONS -fno-sanitize=thread)
endif()

file(GLOB latchkey_headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/include/latchkey/*.h)
add_library(latchkey ${latchkey_objects})
add_library(latchkey::latchkey ALIAS latchkey)
target_sources(latchkey PUBLIC FILE_SET HEADERS
               BASE_DIRS ${PROJECT_SOURCE_DIR}/include FILES ${latchkey_headers})
target_compile_features(latchkey PUBLIC cxx_std_20)
target_link_options(latchkey PUBLIC LINKER:-z,now)
target_link_libraries(latchkey
  PUBLIC absl::status absl::statusor absl::time absl::strings
  PRIVATE absl::flat_hash_map absl::flat_hash_set absl::synchronization absl::cord
          protobuf::libprotobuf PkgConfig::lmdb PkgConfig::libsodium Threads::Threads)
set_target_properties(latchkey PROPERTIES LINKER_LANGUAGE CXX VERIFY_INTERFACE_HEADER_SETS ON)
