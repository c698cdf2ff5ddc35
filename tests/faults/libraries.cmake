# What the fault tests put between the program and the world. GF_FAULTS_DIR is where it lies.
foreach(name layer driver memory loader)
    add_library(fault_${name} MODULE ${CMAKE_CURRENT_SOURCE_DIR}/faults/${name}.c)
    target_compile_definitions(fault_${name} PRIVATE CL_TARGET_OPENCL_VERSION=300 _GNU_SOURCE)
    target_include_directories(fault_${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
    set_target_properties(fault_${name} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/faults)
endforeach()

add_library(gf_fault_lab STATIC ${CMAKE_CURRENT_SOURCE_DIR}/faults/lab.c)
target_link_libraries(gf_fault_lab PUBLIC gf_test_support)

# The cache that an engine takes when the usual one is broken; compiled into beforehand, as above.
set(fault_cache ${CMAKE_CURRENT_BINARY_DIR}/fault-cache)
file(MAKE_DIRECTORY ${fault_cache})
add_test(NAME setup_own_kernels COMMAND gradflow run --engine "$<TARGET_FILE:gradflow> engine --own-cache")
set_tests_properties(setup_own_kernels PROPERTIES LABELS setup TIMEOUT ${GF_TEST_SECONDS} FIXTURES_SETUP kernels
    ENVIRONMENT "XDG_CACHE_HOME=${fault_cache};${sanitizers}")

# Between the window and its display.
if(X11_FOUND)
    add_library(fault_display MODULE ${CMAKE_CURRENT_SOURCE_DIR}/faults/display.c)
    target_compile_definitions(fault_display PRIVATE _GNU_SOURCE)
    target_link_libraries(fault_display PRIVATE PkgConfig::GLFW PkgConfig::X11 ${CMAKE_DL_LIBS})
    set_target_properties(fault_display PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/faults)
endif()
