# SPDX-License-Identifier: Apache-2.0
# Third-party parts, all from the distribution; `./dev setup` installs them.

find_package(PkgConfig REQUIRED)
pkg_check_modules(ZMQ REQUIRED IMPORTED_TARGET libzmq)
pkg_check_modules(HWY REQUIRED IMPORTED_TARGET libhwy)
pkg_check_modules(HWY_SORT REQUIRED IMPORTED_TARGET libhwy-contrib) # of the same package
pkg_check_modules(OPENBLAS REQUIRED IMPORTED_TARGET openblas)
if(POLICY CMP0167)
  cmake_policy(SET CMP0167 OLD) # msgpack's own package file asks for FindBoost
endif()
find_package(msgpack REQUIRED) # header only, target msgpackc-cxx
find_package(Boost 1.74 REQUIRED) # headers only: Boost.Math's t distribution
find_package(SQLite3 REQUIRED)
if(NOT TARGET SQLite3::SQLite3) # its name before CMake 4.3
  add_library(SQLite3::SQLite3 ALIAS SQLite::SQLite3)
endif()
find_package(ZLIB REQUIRED)
find_package(CLI11 REQUIRED)
find_package(Eigen3 REQUIRED NO_MODULE)
find_package(nlohmann_json REQUIRED)
find_package(tl-expected REQUIRED)
find_package(Threads REQUIRED)
if(RANKSCOPE_GUI)
  find_package(Qt6 6.4 REQUIRED COMPONENTS Core Gui Widgets Charts Svg)
  pkg_check_modules(HB_SUBSET REQUIRED IMPORTED_TARGET harfbuzz-subset)
endif()
if(RANKSCOPE_TESTS)
  find_package(Qt6 6.4 REQUIRED COMPONENTS Core Test)
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
endif()
