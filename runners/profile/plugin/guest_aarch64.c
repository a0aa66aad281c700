// SPDX-License-Identifier: GPL-2.0-or-later
#include "guest_code.h"
#include "kmod/mmgauge_uapi.h"
#include "runners/base/tell.h"

static uint32_t word_of(const uint8_t *bytes, size_t size)
{
	return size < 4 ? 0 :
			  (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 |
				  (uint32_t)bytes[2] << 16 |
				  (uint32_t)bytes[3] << 24;
}

/* The mark alone: the kernel reads the counter for itself all the time. */
static bool reads_clock(const uint8_t *bytes, size_t size)
{
	/* movz xzr, #MMG_CLOCK_MARK */
	return word_of(bytes, size) == (0xd280001fu | MMG_CLOCK_MARK << 5);
}

static bool tells(const uint8_t *bytes, size_t size)
{
	return word_of(bytes, size) == TELL_CODE_AARCH64;
}

/* They are sent by a system register, which kinds.h knows. */
static bool interrupts(uint64_t physical)
{
	(void)physical;
	return false;
}

/* @count bits from @low on are its offset in instructions. */
static uint64_t target(uint32_t word, unsigned int low, unsigned int count,
		       uint64_t next)
{
	uint64_t sign = 1ull << (count - 1);
	uint64_t field = word >> low & (2 * sign - 1);

	return next - 4 + 4 * ((field ^ sign) - sign);
}

/* Of br, blr, ret, eret and those that authenticate, by their field opc. */
static struct code_flow flow_register(uint32_t word)
{
	static const enum code_end ends[] = { CODE_JUMPS, CODE_CALLS,
					      CODE_RETURNS, CODE_GOES_ON,
					      CODE_LEAVES };
	uint32_t opc = word >> 21 & 7;

	return code_flow_of(opc < sizeof(ends) / sizeof(*ends) ? ends[opc] :
								 CODE_GOES_ON,
			    CODE_NOWHERE);
}

static struct code_flow flow(const uint8_t *bytes, size_t size, uint64_t next)
{
	uint32_t word = word_of(bytes, size);

	if ((word & 0x7c000000) == 0x14000000) /* b, bl */
		return code_flow_of(word >> 31 ? CODE_CALLS : CODE_JUMPS,
				    target(word, 0, 26, next));
	if ((word & 0xff000000) == 0x54000000 || /* b.cond, cbz, cbnz */
	    (word & 0x7e000000) == 0x34000000)
		return code_flow_of(CODE_BRANCHES, target(word, 5, 19, next));
	if ((word & 0x7e000000) == 0x36000000) /* tbz, tbnz */
		return code_flow_of(CODE_BRANCHES, target(word, 5, 14, next));
	if ((word & 0xfe1f0000) == 0xd61f0000)
		return flow_register(word);
	if ((word & 0xffe0001f) == 0xd4000001) /* svc */
		return code_flow_of(CODE_ENTERS, CODE_NOWHERE);
	return code_flow_of(CODE_GOES_ON, CODE_NOWHERE);
}

/* A load or store whose base is the stack's register. */
static bool uses_stack(const uint8_t *bytes, size_t size)
{
	uint32_t word = word_of(bytes, size);

	bool literal = (word & 0x3b000000) == 0x18000000;

	return (word & 0x0a000000) == 0x08000000 && !literal &&
	       (word >> 5 & 31) == 31;
}

const struct guest_code guest_aarch64 = {
	.name = "aarch64",
	.reads_clock = reads_clock,
	.tells = tells,
	.flow = flow,
	.interrupts = interrupts,
	.uses_stack = uses_stack,
};
