# Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
# Runs one install test: cmake -D way=stage|find_package|pkg_config|add_subdirectory
#                                 |plugin|sprint -D settings=FILE -P run.cmake
cmake_minimum_required(VERSION 3.25)
include(${settings})

# run(<what> COMMAND...): runs it, shows its output, and ends the test if it fails.
function(run what)
    execute_process(COMMAND ${ARGN} WORKING_DIRECTORY ${work_dir} RESULT_VARIABLE outcome
        COMMAND_ECHO STDOUT)
    if(NOT outcome EQUAL 0)
        message(FATAL_ERROR "install.${way}: ${what} failed: ${outcome}")
    endif()
endfunction()

# run_consumer(<program>): in a directory of its own; its last line must be the expected one.
function(run_consumer program)
    execute_process(COMMAND ${program} ${work_dir}/${way}/store RESULT_VARIABLE outcome
        OUTPUT_VARIABLE output ERROR_VARIABLE output)
    message(STATUS "${output}")
    if(NOT outcome EQUAL 0 OR NOT output MATCHES "consumer: all as expected\n$")
        message(FATAL_ERROR "install.${way}: the consumer ended with ${outcome}")
    endif()
endfunction()

function(configure_and_build)
    run("configuring the consumer" ${CMAKE_COMMAND} -S ${source_dir}/tests/install/consumer
        -B ${work_dir}/${way}/build -G ${generator} -D DAYBOOK_WAY=${way}
        -D "DAYBOOK_COMPONENTS=${components}"
        -D CMAKE_CXX_COMPILER=${compiler} -D CMAKE_CXX_COMPILER_LAUNCHER=${launcher}
        -D CMAKE_BUILD_TYPE=${build_type} -D CMAKE_CXX_FLAGS=${cxx_flags}
        -D CMAKE_CXX_FLAGS_RELEASE=${cxx_flags_release} ${ARGN})
    run("building the consumer" ${CMAKE_COMMAND} --build ${work_dir}/${way}/build --target consumer)
    run_consumer(${work_dir}/${way}/build/consumer)
endfunction()

file(REMOVE_RECURSE ${work_dir}/${way})
file(MAKE_DIRECTORY ${work_dir}/${way})

if(way STREQUAL stage)
    file(REMOVE_RECURSE ${prefix})
    run("cmake --install" ${CMAKE_COMMAND} --install ${build_dir} --prefix ${work_dir}/stage/prefix)
    file(RENAME ${work_dir}/stage/prefix ${prefix})
    if(EXISTS ${build_dir}/tools/daybook/daybook)
        run("the installed command line" ${prefix}/bin/daybook --help)
    endif()
elseif(way STREQUAL find_package)
    configure_and_build(-D CMAKE_PREFIX_PATH=${prefix} -D "DAYBOOK_VERSION=${version}")
elseif(way STREQUAL add_subdirectory)
    list(JOIN compile_options " " compile_options)
    set(components core)  # Everything is configured; what is linked is compiled, which takes long.
    configure_and_build(-D DAYBOOK_SOURCE_DIR=${source_dir} -D "DAYBOOK_OPTIONS=${compile_options}")
elseif(way STREQUAL pkg_config)
    find_program(pkg_config NAMES pkg-config pkgconf REQUIRED)
    execute_process(COMMAND ${CMAKE_COMMAND} -E env PKG_CONFIG_PATH=${prefix}/${libdir}/pkgconfig
        ${pkg_config} --cflags --libs "daybook = ${version}"
        OUTPUT_VARIABLE flags OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
    separate_arguments(flags UNIX_COMMAND "${flags}")
    separate_arguments(cxx_flags UNIX_COMMAND "${cxx_flags}")
    run("compiling with pkg-config's flags" ${compiler} -std=c++20 -Wall -Wextra ${cxx_flags}
        ${source_dir}/tests/install/consumer/main.cpp ${flags} -o ${work_dir}/${way}/consumer)
    run_consumer(${work_dir}/${way}/consumer)
elseif(way STREQUAL plugin)
    set(build ${work_dir}/${way}/build)
    run("configuring the plugin" ${CMAKE_COMMAND} -S ${source_dir}/tools/examples/plugin -B ${build}
        -G ${generator} -D CMAKE_PREFIX_PATH=${prefix} -D CMAKE_CXX_COMPILER=${compiler}
        -D CMAKE_CXX_COMPILER_LAUNCHER=${launcher} -D CMAKE_BUILD_TYPE=${build_type}
        -D CMAKE_CXX_FLAGS=${cxx_flags} -D CMAKE_CXX_FLAGS_RELEASE=${cxx_flags_release})
    run("building the plugin" ${CMAKE_COMMAND} --build ${build})
    run("filling a store" ${prefix}/bin/daybook demo --quiet --keep ${work_dir}/${way}/store)
    execute_process(COMMAND ${prefix}/bin/daybook --plugin ${build}/libfailures.so projection show
        failures -o csv -s ${work_dir}/${way}/store OUTPUT_VARIABLE rows COMMAND_ECHO STDOUT
        COMMAND_ERROR_IS_FATAL ANY)
    string(REPLACE "\r" "" rows "${rows}")
    if(NOT rows MATCHES "^key,count,last_error\nreact-component-architect,1,")
        message(FATAL_ERROR "install.${way}: the plugin's rows are ${rows}")
    endif()
elseif(way STREQUAL sprint)
    set(build ${work_dir}/${way}/build)
    run("configuring the example" ${CMAKE_COMMAND} -S ${source_dir}/tools/examples/sprint
        -B ${build} -G ${generator} -D CMAKE_PREFIX_PATH=${prefix}
        -D CMAKE_CXX_COMPILER=${compiler} -D CMAKE_CXX_COMPILER_LAUNCHER=${launcher}
        -D CMAKE_BUILD_TYPE=${build_type} -D CMAKE_CXX_FLAGS=${cxx_flags}
        -D CMAKE_CXX_FLAGS_RELEASE=${cxx_flags_release})
    run("building the example" ${CMAKE_COMMAND} --build ${build})
    run("testing the rules" ${build}/sprint_test)
    execute_process(COMMAND ${build}/sprint ${work_dir}/${way}/store OUTPUT_VARIABLE told
        COMMAND_ERROR_IS_FATAL ANY)
    set(last "sprint-7 sprint_completed {} because of task-T-3 task_completed\n$")
    if(NOT told MATCHES "^again: the sprint is completed already\n" OR NOT told MATCHES "${last}")
        message(FATAL_ERROR "install.${way}: the example told ${told}")
    endif()
else()
    message(FATAL_ERROR "install.${way}: no such way")
endif()
