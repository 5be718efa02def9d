# Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
# How this project builds itself. Nothing here reaches a project that embeds it.
include(CheckLinkerFlag)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()

# g++ 12 takes a member that a designated initialiser leaves to its default for a forgotten one.
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
    -Wold-style-cast -Wnon-virtual-dtor -Wundef -Wno-missing-field-initializers)

find_program(DAYBOOK_CCACHE ccache)
if(DAYBOOK_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${DAYBOOK_CCACHE})
endif()

# mold links several times faster; an old compiler may not know it by name.
find_program(DAYBOOK_MOLD mold)
if(DAYBOOK_MOLD AND NOT DAYBOOK_BUILD_FUZZERS)
    check_linker_flag(CXX -fuse-ld=mold DAYBOOK_KNOWS_MOLD)
    if(DAYBOOK_KNOWS_MOLD)
        add_link_options(-fuse-ld=mold)
    endif()
endif()

if(DAYBOOK_BUILD_FUZZERS AND NOT CMAKE_CXX_COMPILER_ID MATCHES Clang)
    message(FATAL_ERROR "daybook: DAYBOOK_BUILD_FUZZERS needs clang (libFuzzer), found "
        "${CMAKE_CXX_COMPILER_ID}; use `cmake --preset fuzz`")
endif()
