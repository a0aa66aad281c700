#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What kmod/mmgauge_uapi.h says of each request, for those who make them up.

    describe.py table HEADER        a table in C, for the fuzzer of this folder
    describe.py syzkaller HEADER    a description for syzkaller

The remark of a field is read as a person would: "(in) 1..MMG_MAX_PAGES", "(in)
mask of enum mmg_pin_flag". A remark that cannot be read, and a request whose
structure is not there, is an error: so is a new request without a description.
"""
import re
import sys

WIDTHS = {"__u64": 8, "__u32": 4, "__s32": 4, "char": 1}


class Field:
    def __init__(self, kind, name, count, remark, member):
        self.type, self.name, self.count = kind, name, count
        self.remark, self.member = remark, member
        self.width = WIDTHS[kind]
        self.role, self.low, self.high, self.set = self.read()

    def fail(self):
        sys.exit(f"mmgauge_uapi.h: {self.member}.{self.name}: remark not "
                 f"understood: '{self.remark}': see tests/fuzz/ioctl/describe.py")

    def read(self):
        """(role, lowest, highest, enum) of this field."""
        remark = self.remark
        if self.name.startswith("reserved"):
            return "RESERVED", "0", "0", None
        if remark.startswith("(out)"):
            return "OUT", "0", "0", None
        if not remark.startswith("(in)"):
            self.fail()
        if self.name == "clock":
            return "ONE_OF", "0", "0", "mmg_clock"
        mask = re.search(r"mask of enum (mmg_\w+)", remark)
        one = re.search(r"enum (mmg_\w+)", remark)
        span = re.search(r"(\d+)\.\.(pages, )?(MMG_\w+)", remark)
        if mask or one:
            return ("MASK", "0", "0", mask[1]) if mask else ("ONE_OF", "0", "0", one[1])
        if span:
            return "PART" if span[2] else "SPAN", span[1], span[3], None
        if "0 or 1" in remark:
            return "SPAN", "0", "1", None
        if "memfd" in remark:
            return "MEMFD", "0", "0", None
        if "address of" in remark:
            return "BUFFER", "0", "0", None
        if "page aligned" in remark:
            return ("ADDRESS" if self.name == "start" else "LENGTH"), "0", "0", None
        if re.search(r"8 bytes|has more|per call", remark):
            return "ANY", "0", "0", None
        return self.fail()


def comments(text):
    """Comments of several lines in one."""
    return re.sub(r"/\*(.*?)\*/", lambda match: "/*" + re.sub(
        r"\s*\n\s*\*?\s*", " ", match[1]) + "*/", text, flags=re.S)


def read_struct(name, body):
    fields, above = [], ""
    for line in body.splitlines():
        entry = re.match(r"\s*(\w+) (\w+)(?:\[(\w+)\])?;\s*(?:/\*(.*?)\*/)?", line)
        alone = re.match(r"\s*/\*(.*)\*/\s*$", line)
        if alone:
            above = alone[1].strip()
        elif entry:
            fields.append(Field(entry[1], entry[2], entry[3],
                                (entry[4] or above).strip(), name))
            above = ""
    return fields


class Header:
    def __init__(self, path):
        text = comments(open(path).read())
        self.enums = {match[1]: re.findall(r"^\s*(MMG_\w+) =", match[2], re.M)
                      for match in re.finditer(r"^enum (\w+) \{(.*?)^\};",
                                               text, re.M | re.S)}
        bodies = {match[1]: match[2] for match in re.finditer(
            r"^struct (\w+) \{(.*?)^\};", text, re.M | re.S)}
        self.requests = []
        for name, number, member in re.findall(
                r"#define (MMG_IOC_\w+)\s*\\?\s*_IOWR\(MMG_IOC_MAGIC, (\w+), struct (\w+)\)",
                text):
            if member not in bodies:
                sys.exit(f"mmgauge_uapi.h: {name}: no struct {member}")
            self.requests.append((name, member, read_struct(member, bodies[member])))
        every = set(re.findall(r"#define (MMG_IOC_\w+)", text)) - {"MMG_IOC_MAGIC"}
        lost = every - {name for name, _, _ in self.requests}
        if lost or not self.requests:
            sys.exit(f"mmgauge_uapi.h: {' '.join(sorted(lost))}: not an _IOWR of a struct")


def table(header):
    print("/* Made by describe.py of kmod/mmgauge_uapi.h. */")
    for name, member, fields in header.requests:
        print(f"static const struct field fields_{member}[] = {{")
        for field in fields:
            values = [field.low, field.high]
            if field.set and field.role == "MASK":
                values = ["0", " | ".join(header.enums[field.set])]
            elif field.set:
                values = ["0", header.enums[field.set][-1]]
            place = f"offsetof(struct {member}, {field.name})"
            print(f'\t{{ "{field.name}", FIELD_{field.role}, {place},\n'
                  f"\t  sizeof(((struct {member} *)0)->{field.name}),\n"
                  f"\t  {values[0]}, {values[1]} }},")
        print("};")
        last = fields[-1]
        sizes = " + ".join(f"sizeof(((struct {member} *)0)->{field.name})"
                           for field in fields)
        print(f"_Static_assert(sizeof(struct {member}) ==\n\t{sizes},\n"
              f'\t"{member}: a field that {last.name} is not the last of");')
    print("static const struct request_kind request_kinds[] = {")
    for name, member, _ in header.requests:
        print(f'\t{{ "{name}", {name}, sizeof(struct {member}),\n'
              f"\t  fields_{member}, COUNT(fields_{member}) }},")
    print("};")


def syzkaller_type(field):
    bits = field.width * 8
    base = f"int{bits}"
    kinds = {"RESERVED": f"const[0, {base}]", "OUT": base, "ANY": base,
             "ONE_OF": f"flags[{field.set}, {base}]", "MASK": f"flags[{field.set}, {base}]",
             "SPAN": f"{base}[{field.low}:{field.high}]",
             "PART": f"{base}[{field.low}:{field.high}]",
             "MEMFD": "fd_memfd", "BUFFER": "ptr64[out, array[int64]]",
             "ADDRESS": "vma64", "LENGTH": f"{base}[0:0x1000000, 0x1000]"}
    kind = kinds[field.role]
    if field.count:
        kind = f"array[{kind}, {field.count}]"
    return kind + ("\t(out)" if field.role == "OUT" else "")


def syzkaller(header):
    print("# SPDX-License-Identifier: GPL-2.0-or-later\n"
          "# /dev/mmgauge for syzkaller: into sys/linux/, with kmod/mmgauge_uapi.h where\n"
          "# syz-extract finds it. Made of that header: tests/fuzz/ioctl/describe.py.\n\n"
          "include <mmgauge_uapi.h>\n\n"
          "resource fd_mmgauge[fd]\n\n"
          'openat$mmgauge(fd const[AT_FDCWD], file ptr[in, string["/dev/mmgauge"]], '
          "flags const[O_RDWR], mode const[0]) fd_mmgauge")
    for name, member, _ in header.requests:
        print(f"ioctl${name}(fd fd_mmgauge, cmd const[{name}], arg ptr[inout, {member}])")
    for name in sorted({field.set for _, _, fields in header.requests
                        for field in fields if field.set}):
        print(f"\n{name} = {', '.join(header.enums[name])}")
    for _, member, fields in header.requests:
        print(f"\n{member} {{")
        for field in fields:
            print(f"\t{field.name}\t{syzkaller_type(field)}")
        print("}")


def main(arguments):
    if len(arguments) != 2 or arguments[0] not in ("table", "syzkaller"):
        sys.exit(__doc__)
    (table if arguments[0] == "table" else syzkaller)(Header(arguments[1]))


main(sys.argv[1:])
