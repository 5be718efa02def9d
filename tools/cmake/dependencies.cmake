# Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
# What daybook links. Kept in step with tools/cmake/daybookConfig.cmake.in and daybook.pc.in.
# The Boost package files are asked directly (CONFIG), so that of several Boosts on a system the
# newest that fits is taken.
set(DAYBOOK_BOOST_VERSION 1.80)
set(DAYBOOK_ROCKSDB_VERSION 7.0)

find_package(Boost ${DAYBOOK_BOOST_VERSION} CONFIG REQUIRED COMPONENTS json)
find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED COMPONENTS Crypto)
find_package(ZLIB REQUIRED)
find_path(DAYBOOK_ZSTD_INCLUDE zstd.h REQUIRED)
find_library(DAYBOOK_ZSTD_LIBRARY zstd REQUIRED)
find_path(DAYBOOK_XXHASH_INCLUDE xxhash.h REQUIRED)  # All of it is in the header.
find_path(DAYBOOK_VALIJSON_INCLUDE valijson/schema_parser.hpp REQUIRED)  # Headers only, too.
# RocksDB's version file takes a wish for 7.0 to exclude 8 and later, so the version is compared here.
find_package(RocksDB CONFIG REQUIRED)
if(RocksDB_VERSION VERSION_LESS DAYBOOK_ROCKSDB_VERSION)
    message(FATAL_ERROR "daybook: needs RocksDB ${DAYBOOK_ROCKSDB_VERSION} or later, "
        "found ${RocksDB_VERSION} in ${RocksDB_DIR}")
endif()
# A self-built RocksDB may come as a static library only.
if(NOT TARGET RocksDB::rocksdb-shared)
    add_library(RocksDB::rocksdb-shared ALIAS RocksDB::rocksdb)
endif()

# The command line's own. Found here, not in tools/, so that tests which link its libraries see them.
if(DAYBOOK_BUILD_TOOLS OR DAYBOOK_BUILD_TESTS OR DAYBOOK_BUILD_BENCHMARKS)
    find_package(Boost ${DAYBOOK_BOOST_VERSION} CONFIG REQUIRED COMPONENTS json program_options)
    find_path(DAYBOOK_YAML_INCLUDE yaml.h REQUIRED)
    find_library(DAYBOOK_YAML_LIBRARY yaml REQUIRED)
endif()
