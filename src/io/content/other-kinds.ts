import { Buffer } from 'node:buffer';

const UTF_32 = 'text in UTF-32; convert it: iconv -f UTF-32 -t UTF-8 FILE | k8s-audit scan -';
const PCAP = 'a packet capture; pass the audit log itself';

function bytesOf(text: string): number[] {
  return [...Buffer.from(text, 'latin1')];
}

/**
 * Files that are no logs by their first bytes, and the next step; `FILE` stands for the input. Bytes that text may
 * start with are given in full.
 */
export const OTHER_KINDS: readonly { readonly magic: readonly number[]; readonly text: string }[] =
  [
    // They start as UTF-16 does; of the other order, the NUL bytes before the mark are passed over.
    { magic: [0xff, 0xfe, 0x00, 0x00], text: UTF_32 },
    { magic: [0xfe, 0xff, 0x00, 0x00], text: UTF_32 },
    {
      magic: bytesOf('PK\u0003\u0004'),
      text: 'a zip archive; unpack it: unzip -p FILE | k8s-audit scan -',
    },
    {
      magic: bytesOf('BZh91AY&SY'),
      text: 'bzip2 data; unpack it: bzip2 -dc FILE | k8s-audit scan -',
    },
    {
      magic: [0xfd, ...bytesOf('7zXZ')],
      text: 'xz data; unpack it: xz -dc FILE | k8s-audit scan -',
    },
    {
      magic: [0x04, 0x22, 0x4d, 0x18],
      text: 'lz4 data; unpack it: lz4 -dc FILE | k8s-audit scan -',
    },
    {
      magic: [0x02, 0x21, 0x4c, 0x18],
      text: 'lz4 data; unpack it: lz4 -dc FILE | k8s-audit scan -',
    },
    {
      magic: bytesOf('LZIP\u0001'),
      text: 'lzip data; unpack it: lzip -dc FILE | k8s-audit scan -',
    },
    {
      magic: [0x89, ...bytesOf('LZO\u0000')],
      text: 'lzop data; unpack it: lzop -dc FILE | k8s-audit scan -',
    },
    {
      magic: [0x5d, 0x00, 0x00, 0x80, 0x00],
      text: 'lzma data; unpack it: xz -dc FILE | k8s-audit scan -',
    },
    // Of the four levels that zlib tells, `x^` is text.
    ...[0x01, 0x9c, 0xda].map((level) => ({
      magic: [0x78, level],
      text: 'zlib data; unpack it: pigz -dc FILE | k8s-audit scan -',
    })),
    { magic: [0x1f, 0x9d], text: 'compress data; unpack it: zcat FILE | k8s-audit scan -' },
    {
      magic: bytesOf('7z\u00bc\u00af'),
      text: 'a 7-Zip archive; unpack it: 7z e -so FILE | k8s-audit scan -',
    },
    {
      magic: bytesOf('Rar!\u001a\u0007'),
      text: 'a rar archive; unpack it: unrar p -inul FILE | k8s-audit scan -',
    },
    {
      magic: [0xff, 0x06, 0x00, 0x00],
      text: 'snappy data; unpack it: snzip -dc FILE | k8s-audit scan -',
    },
    { magic: bytesOf('PK\u0005\u0006'), text: 'an empty zip archive' },
    { magic: bytesOf('%PDF-'), text: 'a PDF document; pass the audit log itself' },
    {
      magic: [0x7f, ...bytesOf('ELF')],
      text: 'an ELF program; pass the audit log itself',
    },
    {
      magic: bytesOf('MZ\u0090\u0000'),
      text: 'a Windows program; pass the audit log itself',
    },
    {
      magic: [0xcf, 0xfa, 0xed, 0xfe],
      text: 'a macOS program; pass the audit log itself',
    },
    {
      magic: [0xca, 0xfe, 0xba, 0xbe],
      text: 'a macOS program or a Java class; pass the audit log itself',
    },
    { magic: bytesOf('\u0000asm\u0001'), text: 'a WebAssembly module; pass the audit log itself' },
    {
      magic: [0xed, 0xab, 0xee, 0xdb],
      text: 'an RPM package; pass the audit log itself',
    },
    {
      magic: bytesOf('!<arch>\n'),
      text: 'a Debian package or a library; pass the audit log itself',
    },
    {
      magic: [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1],
      text: 'an Office document; save the audit log as text',
    },
    { magic: bytesOf('\u0089PNG'), text: 'a PNG image; pass the audit log itself' },
    { magic: [0xff, 0xd8, 0xff], text: 'a JPEG image; pass the audit log itself' },
    { magic: bytesOf('GIF87a'), text: 'a GIF image; pass the audit log itself' },
    { magic: bytesOf('GIF89a'), text: 'a GIF image; pass the audit log itself' },
    {
      magic: bytesOf('SQLite format 3\u0000'),
      text: 'an SQLite database; export the events as JSON lines',
    },
    {
      magic: bytesOf('PAR1\u0015'),
      text: "a Parquet file; export it as JSON lines: duckdb -c \"COPY 'FILE' TO '/dev/stdout' (FORMAT JSON)\"",
    },
    {
      magic: bytesOf('ARROW1\u0000\u0000'),
      text: 'an Arrow file; export it as JSON lines',
    },
    {
      magic: bytesOf('Obj\u0001'),
      text: 'an Avro file; export it as JSON lines: avro-tools tojson FILE',
    },
    { magic: bytesOf('ElfFile\u0000'), text: 'a Windows event log; pass the audit log itself' },
    { magic: [0xd4, 0xc3, 0xb2, 0xa1], text: PCAP },
    { magic: [0xa1, 0xb2, 0xc3, 0xd4], text: PCAP },
    { magic: [0x4d, 0x3c, 0xb2, 0xa1], text: PCAP },
    { magic: [0x0a, 0x0d, 0x0d, 0x0a], text: PCAP },
    {
      magic: bytesOf('LPKSHHRH'),
      text: 'a systemd journal file; print it: journalctl --file FILE -o cat',
    },
  ];
