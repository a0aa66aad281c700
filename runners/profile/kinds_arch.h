/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Instructions of an architecture: a file kinds_NAME.c each, and a row in
 * KINDS_ARCHS. For this room only.
 */
#ifndef MMGAUGE_KINDS_ARCH_H
#define MMGAUGE_KINDS_ARCH_H

#include <capstone/capstone.h>

#include "kinds.h"

enum thunk { THUNK_NONE, THUNK_INDIRECT, THUNK_RETURN };

struct kinds_arch {
	const char *name; /* as `uname -m` has it */
	uint64_t kinds; /* those that it has */
	bool library; /* decodes it: */
	cs_arch arch;
	cs_mode mode;
	/* @code NULL: the library does not know the bytes. false: nor do we. */
	bool (*classify)(const cs_insn *code, uint64_t address,
			 const uint8_t *bytes, size_t length,
			 struct instruction *instruction);
	enum thunk (*thunk)(const char *function);
	/* Of the function that an instruction is in which may interrupt. */
	bool (*interrupts)(const char *function);
};

#define KINDS_ARCHS(row) row(kinds_x86_64) row(kinds_aarch64)

#define KINDS_ARCH_DECLARE(name) extern const struct kinds_arch name;
KINDS_ARCHS(KINDS_ARCH_DECLARE)

#define KIND_BIT(kind) (UINT64_C(1) << (kind))

#endif
