# Runs the README's program twice in an empty directory: one event, then two.
file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})
set(line "task-42 {\"to\":\"ada\"}\n")
foreach(wanted "${line}" "${line}${line}")
    execute_process(COMMAND ${PROGRAM} WORKING_DIRECTORY ${WORK}
        OUTPUT_VARIABLE printed ERROR_VARIABLE complained RESULT_VARIABLE code)
    if(NOT code EQUAL 0 OR NOT printed STREQUAL wanted)
        message(FATAL_ERROR "the README's program ended with ${code} and printed:\n${printed}${complained}")
    endif()
endforeach()
