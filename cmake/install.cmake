# What a consumer gets: the archive, the public headers, a CMake package and a pkg-config file.
# tests/contract/installed_consumer.cmake builds and runs a program against each of the two.
option(LATCHKEY_INSTALL "Generate the install rules" ${PROJECT_IS_TOP_LEVEL})
if(NOT LATCHKEY_INSTALL)
  return()
endif()
include(CMakePackageConfigHelpers)

set(latchkey_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/latchkey)
install(TARGETS latchkey EXPORT latchkey-targets FILE_SET HEADERS)
install(EXPORT latchkey-targets NAMESPACE latchkey:: DESTINATION ${latchkey_package_dir})
configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/cmake/latchkey-config.cmake.in
  ${PROJECT_BINARY_DIR}/latchkey-config.cmake
  INSTALL_DESTINATION ${latchkey_package_dir})
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/latchkey-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/latchkey-config.cmake
              ${PROJECT_BINARY_DIR}/latchkey-config-version.cmake
        DESTINATION ${latchkey_package_dir})

# The .pc file finds its prefix from where it lies, so that the installed tree can be moved.
set(latchkey_pc_modules absl_status absl_statusor absl_time absl_strings absl_cord
    absl_flat_hash_map absl_flat_hash_set absl_synchronization protobuf lmdb libsodium)
file(RELATIVE_PATH latchkey_pc_prefix
  ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" latchkey_pc_prefix ${latchkey_pc_prefix})
list(JOIN latchkey_pc_modules " " latchkey_pc_requires)
configure_file(${PROJECT_SOURCE_DIR}/cmake/latchkey.pc.in ${PROJECT_BINARY_DIR}/latchkey.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/latchkey.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE
        DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/doc/latchkey)
