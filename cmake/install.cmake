# SPDX-License-Identifier: MIT
# install.cmake - installs lngen, the runtime library, its headers, and the files by which find_package and pkg-config
# find them.
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/lngen)

set(libraries "")
if(LNGEN_STATIC)
  list(APPEND libraries ln)
endif()
if(TARGET ln_shared)
  list(APPEND libraries ln_shared)
endif()
if(libraries)
  install(TARGETS ${libraries} EXPORT lngenLibraries
    LIBRARY COMPONENT lngen-runtime NAMELINK_COMPONENT lngen-dev
    ARCHIVE COMPONENT lngen-dev RUNTIME COMPONENT lngen-runtime)
  install(EXPORT lngenLibraries NAMESPACE lngen:: DESTINATION ${package_dir} COMPONENT lngen-dev)
  install(FILES runtime/ln.h runtime/ln_arena.h ${LNGEN_KERNELS_DIR}/ln_kernel.h ${LNGEN_KERNELS_DIR}/ln_spec.h
    ${LNGEN_KERNELS_DIR}/ln_status.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/lngen COMPONENT lngen-dev)

  # Paths in lngen.pc are relative to it, so that they stay right after `cmake --install --prefix` and when files move.
  foreach(dir LIBDIR INCLUDEDIR)
    if(IS_ABSOLUTE "${CMAKE_INSTALL_${dir}}")
      set(pc_${dir} "${CMAKE_INSTALL_${dir}}")
    else()
      set(pc_${dir} "\${prefix}/${CMAKE_INSTALL_${dir}}")
    endif()
  endforeach()
  set(pc_prefix "${CMAKE_INSTALL_PREFIX}")
  if(NOT IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}")
    file(RELATIVE_PATH up "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
    string(REGEX REPLACE "/$" "" up "${up}")
    set(pc_prefix "\${pcfiledir}/${up}")
  endif()
  list(TRANSFORM LNGEN_LIBRARIES REPLACE "^([^/].*)$" "-l\\1" OUTPUT_VARIABLE pc_libraries)
  list(JOIN pc_libraries " " pc_libraries)
  set(pc_public "")
  set(pc_private "${pc_libraries}")
  if(NOT TARGET ln_shared) # only a shared library would bring these libraries along
    set(pc_public " ${pc_libraries}")
    set(pc_private "")
  endif()
  configure_file(cmake/lngen.pc.in lngen.pc.in @ONLY)
  # For each configuration, since CMAKE_DEBUG_POSTFIX and the like give the libraries of each a name of its own.
  file(GENERATE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/pkgconfig/$<CONFIG>/lngen.pc
    INPUT ${CMAKE_CURRENT_BINARY_DIR}/lngen.pc.in)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/pkgconfig/$<CONFIG>/lngen.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
    COMPONENT lngen-dev)
endif()

if(TARGET lngen)
  install(TARGETS lngen EXPORT lngenTool RUNTIME COMPONENT lngen-tool)
  install(EXPORT lngenTool NAMESPACE lngen:: DESTINATION ${package_dir} COMPONENT lngen-tool)
  # Where the shells look for completion, in a prefix of their own or in /usr.
  install(FILES ${LNGEN_COMPLETION_DIR}/bash/lngen DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
    COMPONENT lngen-texts)
  install(FILES ${LNGEN_COMPLETION_DIR}/zsh/_lngen DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions
    COMPONENT lngen-texts)
  install(FILES ${LNGEN_COMPLETION_DIR}/fish/lngen.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d
    COMPONENT lngen-texts)
  install(FILES ${LNGEN_MAN_PAGES} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT lngen-texts)
endif()

configure_package_config_file(cmake/lngenConfig.cmake.in lngenConfig.cmake INSTALL_DESTINATION ${package_dir}
  NO_SET_AND_CHECK_MACRO)
set(independent "") # lngen runs where things are built; the library alone is for one kind of machine
if(TARGET lngen)
  set(independent ARCH_INDEPENDENT)
endif()
write_basic_package_version_file(lngenConfigVersion.cmake COMPATIBILITY SameMinorVersion ${independent})
foreach(component lngen-tool "lngen-dev;EXCLUDE_FROM_ALL") # each is of use alone; all together install these files once
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/lngenConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/lngenConfigVersion.cmake
    cmake/lngenKernels.cmake DESTINATION ${package_dir} COMPONENT ${component})
  install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT ${component})
endforeach()
