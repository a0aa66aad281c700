# SPDX-License-Identifier: GPL-2.0-or-later
# `cmake --build build --target deb` or `rpm`: packages, into the build folder.
add_custom_target(deb
	COMMAND ${CMAKE_SOURCE_DIR}/packaging/deb ${CMAKE_BINARY_DIR}/packages
	USES_TERMINAL VERBATIM)
add_custom_target(rpm
	COMMAND ${CMAKE_CPACK_COMMAND} -G RPM -B ${CMAKE_BINARY_DIR}/packages
	WORKING_DIRECTORY ${CMAKE_BINARY_DIR} USES_TERMINAL VERBATIM)

set(CPACK_GENERATOR RPM)
set(CPACK_PACKAGE_NAME mmgauge)
set(CPACK_PACKAGE_CONTACT "mmgauge maintainers <mmgauge@mmgauge.example>")
set(CPACK_PACKAGE_VENDOR "mmgauge maintainers")
set(CPACK_RPM_PACKAGE_DESCRIPTION
"Measures what Linux memory management costs those who mirror, pin and
synchronise address spaces, on hardware or on an instruction-exact clock in
QEMU, and tells which kernel made it slower.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_RPM_FILE_NAME RPM-DEFAULT)
set(CPACK_RPM_PACKAGE_LICENSE "GPL-2.0-or-later AND GPL-2.0-only")
set(CPACK_RPM_PACKAGE_GROUP "Development/Tools")
# The folders of the system's own packages.
set(CPACK_RPM_EXCLUDE_FROM_AUTO_FILELIST_ADDITION
	/usr/libexec /usr/share/man /usr/share/man/man1 /usr/share/pkgconfig
	/usr/share/bash-completion /usr/share/bash-completion/completions
	/usr/share/zsh /usr/share/zsh/site-functions
	/usr/share/fish /usr/share/fish/vendor_completions.d)
# The agent is static, and for guests; the plugin is QEMU's.
set(CPACK_RPM_SPEC_MORE_DEFINE "%global debug_package %{nil}")
include(CPack)
