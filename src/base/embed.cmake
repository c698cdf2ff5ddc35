# Files as bytes inside the binary. gf_embed(target [prefix folder extension]...) adds one generated C file to `target`
# that defines the table gf_asset_find() searches; it is made again when a file changes or a new one appears.
function(gf_embed target)
    set(arguments ${ARGN})
    set(inputs "")
    set(entries "")
    while(arguments)
        list(POP_FRONT arguments prefix folder extension)
        file(GLOB files CONFIGURE_DEPENDS ${folder}/*.${extension})
        list(SORT files)
        foreach(file ${files})
            list(APPEND inputs ${file})
            list(APPEND entries "${prefix}|${file}")
        endforeach()
    endwhile()
    set(output ${CMAKE_BINARY_DIR}/generated/assets.c)
    add_custom_command(OUTPUT ${output}
        COMMAND ${CMAKE_COMMAND} "-DENTRIES=${entries}" -DOUTPUT=${output}
            -P ${PROJECT_SOURCE_DIR}/src/base/embed_write.cmake
        DEPENDS ${inputs} ${PROJECT_SOURCE_DIR}/src/base/embed_write.cmake
        COMMENT "Embedding kernels, shaders and scenarios" VERBATIM)
    target_sources(${target} PRIVATE ${output})
endfunction()
