# Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
# A newcomer's first projection: runs the commands of projections/README.md in an empty directory,
# and compares what they print with the page; then the rows of program, spec, plugin and view file
# with each other, the plugin's once more after its view was dropped and built again.
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})
file(CREATE_LINK ${BUILD} ${WORK}/build SYMBOLIC)
file(COPY ${VIEW_FILE} DESTINATION ${WORK})
get_filename_component(cli_dir ${CLI} DIRECTORY)
set(ENV{PATH} "${cli_dir}:$ENV{PATH}")
file(READ ${PAGE} text)

# run(<commands> <what they print>): in the shell, as they stand on the page.
function(run commands printed)
    execute_process(COMMAND sh -ec "${commands}" WORKING_DIRECTORY ${WORK}
        OUTPUT_VARIABLE out ERROR_VARIABLE complained RESULT_VARIABLE code)
    if(NOT code EQUAL 0)
        message(FATAL_ERROR "'${commands}' ended with ${code} and said:\n${complained}")
    endif()
    set(${printed} "${out}" PARENT_SCOPE)
endfunction()

function(hold_equal what found wanted)
    if(NOT "${found}" STREQUAL "${wanted}")
        message(FATAL_ERROR "${what}:\n${found}\nwanted:\n${wanted}")
    endif()
endfunction()

# rows_of(<a table> <rows>): without its header, a space between fields.
function(rows_of table rows)
    string(FIND "${table}" "\n" end)
    math(EXPR end "${end} + 1")
    string(SUBSTRING "${table}" ${end} -1 found)
    string(REGEX REPLACE " +" " " found "${found}")
    set(${rows} "${found}" PARENT_SCOPE)
endfunction()

string(REGEX MATCH "<!-- do -->\n```sh\n([^`]*)```" found "${text}")
run("${CMAKE_MATCH_1}" ignored)
run("build/workload_spec" ignored)

# In the order of the page: program, plugin, view file.
foreach(one program plugin view_file)
    if(NOT text MATCHES "<!-- run -->\n```sh\n([^`]*)```\n```\n([^`]*)```(.*)")
        message(FATAL_ERROR "${PAGE} does not show how to run the ${one}")
    endif()
    set(${one}_commands "${CMAKE_MATCH_1}")
    set(printed "${CMAKE_MATCH_2}")
    set(text "${CMAKE_MATCH_3}")
    run("${${one}_commands}" ${one})
    hold_equal("the ${one} printed" "${${one}}" "${printed}")
endforeach()
run("daybook --plugin build/libworkload.so projection drop workload --all -s work >drop.txt
${plugin_commands}" plugin_again)

rows_of("${plugin}" rows)
hold_equal("the plugin built again has" "${plugin_again}" "${plugin}")
rows_of("${view_file}" same)
hold_equal("the view file has" "${same}" "${rows}")
string(REGEX REPLACE "([a-z]+): ([0-9]+) tasks, ([0-9]+) points" "\\1 \\2 \\3" same "${program}")
hold_equal("the program has" "${same}" "${rows}")
file(READ ${PAGE} text)
string(REGEX MATCH "\\.then\\(\"([a-z]+)\", {\\.tasks = ([0-9]+), \\.points = ([0-9]+)}\\)" found
    "${text}")
if(NOT rows MATCHES "${CMAKE_MATCH_1} ${CMAKE_MATCH_2} ${CMAKE_MATCH_3}\n")
    message(FATAL_ERROR "the spec asks for ${found}, and the rows are\n${rows}")
endif()

# What the page promises: a first projection and its program are less than 30 lines of code.
set(lines 0)
foreach(file workload.hpp main.cpp)
    file(STRINGS ${BUILD}/../${file} code REGEX ".")
    list(LENGTH code length)
    math(EXPR lines "${lines} + ${length}")
endforeach()
if(NOT lines LESS 30)
    message(FATAL_ERROR "the first projection and its program have ${lines} lines")
endif()
