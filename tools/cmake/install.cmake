# Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
# What `cmake --install` puts in place besides the components' libraries and headers and the command
# line: what find_package(daybook) and pkg-config read.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/daybook)
set(generated_dir ${CMAKE_CURRENT_BINARY_DIR}/package)

configure_package_config_file(tools/cmake/daybookConfig.cmake.in ${generated_dir}/daybookConfig.cmake
    INSTALL_DESTINATION ${package_dir} NO_SET_AND_CHECK_MACRO)
# While the version is 0.x, every minor version may change the interface.
write_basic_package_version_file(${generated_dir}/daybookConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${generated_dir}/daybookConfig.cmake ${generated_dir}/daybookConfigVersion.cmake
    DESTINATION ${package_dir})
install(EXPORT daybookTargets NAMESPACE daybook:: DESTINATION ${package_dir})

# Dependent archives before those they need, as linkers want them.
set(DAYBOOK_PC_LIBS)
foreach(component compliance replay projections core)
    if(TARGET daybook_${component})
        string(APPEND DAYBOOK_PC_LIBS " -ldaybook_${component}")
    endif()
endforeach()
# From <libdir>/pkgconfig back to the prefix: works wherever the tree is moved to.
set(pc_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
cmake_path(ABSOLUTE_PATH pc_dir BASE_DIRECTORY /prefix OUTPUT_VARIABLE pc_dir_full)
set(from_pc /prefix)
cmake_path(RELATIVE_PATH from_pc BASE_DIRECTORY ${pc_dir_full} OUTPUT_VARIABLE DAYBOOK_PC_PREFIX)
configure_file(tools/cmake/daybook.pc.in ${generated_dir}/daybook.pc @ONLY)
install(FILES ${generated_dir}/daybook.pc DESTINATION ${pc_dir})

install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
