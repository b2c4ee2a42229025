# SPDX-License-Identifier: Apache-2.0
# What every target shares, and two functions that keep the folders' CMakeLists.txt short.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# moc 6.4 stumbles over libstdc++'s <concepts> and needs nothing of it.
set(CMAKE_AUTOMOC_MOC_OPTIONS -D_GLIBCXX_CONCEPTS)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")

find_program(RANKSCOPE_CCACHE ccache)
if(RANKSCOPE_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${RANKSCOPE_CCACHE}")
endif()

add_library(project_options INTERFACE)
target_include_directories(project_options INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_definitions(project_options INTERFACE RANKSCOPE_VERSION="${PROJECT_VERSION}")
if(RANKSCOPE_SANITIZE)
  # GCC sees uninitialized values and null pointers in what the sanitizers insert.
  set(RANKSCOPE_SANITIZE_WARNINGS
    "$<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized;-Wno-null-dereference>")
  target_compile_options(project_options INTERFACE
    -fsanitize=${RANKSCOPE_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(project_options INTERFACE -fsanitize=${RANKSCOPE_SANITIZE})
endif()

if(RANKSCOPE_FUZZERS)
  target_compile_options(project_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

add_library(project_warnings INTERFACE)
target_compile_options(project_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
  -Wnull-dereference -Wformat=2 -Werror ${RANKSCOPE_SANITIZE_WARNINGS})

# rankscope_library(name SOURCES ... [PUBLIC libs] [PRIVATE libs])
# PUBLIC only for what the target's headers name.
function(rankscope_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name}
    PUBLIC project_options ${ARG_PUBLIC}
    PRIVATE project_warnings ${ARG_PRIVATE})
endfunction()

# rankscope_test(name LIBS ... [SOURCES ...] [LABELS ...] [TIMEOUT seconds])
# One Qt Test program from name.cpp, run by ctest.
function(rankscope_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LIBS;LABELS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_executable(${name} ${name}.cpp ${ARG_SOURCES})
  set_target_properties(${name} PROPERTIES AUTOMOC ON
    RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  target_link_libraries(${name} PRIVATE project_options project_warnings Qt6::Test ${ARG_LIBS})
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}"
    ENVIRONMENT "QT_QPA_PLATFORM=offscreen;RANKSCOPE_BIN=${CMAKE_BINARY_DIR}/bin;RANKSCOPE_SOURCE=${CMAKE_SOURCE_DIR};RANKSCOPE_PYTHON=${CMAKE_SOURCE_DIR}/build/venv/bin/python")
endfunction()
