# Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
# daybook_component(<name> SOURCES ... HEADERS ... [PUBLIC libs...] [PRIVATE libs...])
# A static library daybook_<name>, alias daybook::<name>, with its public headers, installed.
function(daybook_component name)
    cmake_parse_arguments(arg "" "" "SOURCES;HEADERS;PUBLIC;PRIVATE" ${ARGN})
    set(target daybook_${name})
    add_library(${target} STATIC ${arg_SOURCES})
    add_library(daybook::${name} ALIAS ${target})
    target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS include FILES ${arg_HEADERS})
    target_compile_features(${target} PUBLIC cxx_std_20)
    target_link_libraries(${target} PUBLIC ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})
    set_target_properties(${target} PROPERTIES
        CXX_EXTENSIONS OFF
        POSITION_INDEPENDENT_CODE ON
        EXPORT_NAME ${name}
        VERIFY_INTERFACE_HEADER_SETS ${PROJECT_IS_TOP_LEVEL})
    if(DAYBOOK_INSTALL)
        install(TARGETS ${target} EXPORT daybookTargets FILE_SET HEADERS)
    endif()
endfunction()
