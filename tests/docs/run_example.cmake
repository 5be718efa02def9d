# Runs a documented program twice in an empty directory and compares what it prints: the README's
# finds one event, then two; the others say the same both times.
file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})
set(line "task-42 {\"to\":\"ada\"}\n")
set(readme_prints "${line}" "${line}${line}")
set(emitter_prints "1 stored, 0 dropped\n" "1 stored, 0 dropped\n")
set(subscriptions_prints "OrderPlaced of order-7 mailed\n" "OrderPlaced of order-7 mailed\n")
foreach(wanted IN LISTS ${EXAMPLE}_prints)
    execute_process(COMMAND ${PROGRAM} WORKING_DIRECTORY ${WORK}
        OUTPUT_VARIABLE printed ERROR_VARIABLE complained RESULT_VARIABLE code)
    if(NOT code EQUAL 0 OR NOT printed STREQUAL wanted)
        message(FATAL_ERROR
            "the program ended with ${code} and printed:\n${printed}${complained}\nwanted:\n${wanted}")
    endif()
endforeach()
