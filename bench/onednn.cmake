# oneDNN by its header and library: the package file that Debian ships stops a configure that lacks OpenCL.
# Sets ONEDNN_VERSION, empty when there is none, and the target bench_onednn.
find_path(ONEDNN_INCLUDE_DIR oneapi/dnnl/dnnl.h DOC "Directory of oneDNN's headers, for ln_bench")
find_library(ONEDNN_LIBRARY dnnl DOC "oneDNN, for ln_bench")
mark_as_advanced(ONEDNN_INCLUDE_DIR ONEDNN_LIBRARY)
set(ONEDNN_VERSION "")
if(ONEDNN_INCLUDE_DIR AND ONEDNN_LIBRARY)
  file(STRINGS ${ONEDNN_INCLUDE_DIR}/oneapi/dnnl/dnnl_version.h lines REGEX "DNNL_VERSION_(MAJOR|MINOR|PATCH) [0-9]")
  string(REGEX REPLACE "[^0-9;]" "" numbers "${lines}")
  list(JOIN numbers "." ONEDNN_VERSION)
  add_library(bench_onednn INTERFACE)
  target_include_directories(bench_onednn SYSTEM INTERFACE ${ONEDNN_INCLUDE_DIR})
  target_link_libraries(bench_onednn INTERFACE ${ONEDNN_LIBRARY})
endif()
