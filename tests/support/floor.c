/* The least that any program has to do with a workbook: unpack each part, pack it again, keep a
   copy, and sync both. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
static uint32_t u32(const uint8_t *p) { return p[0] | p[1] << 8 | p[2] << 16 | (uint32_t)p[3] << 24; }
static uint32_t u16(const uint8_t *p) { return p[0] | p[1] << 8; }
static void put(uint8_t *p, uint32_t n) { for (int i = 0; i < 4; i++) p[i] = n >> 8 * i; }
static void save(const char *name, const uint8_t *data, size_t size) {
  int file = open(name, O_CREAT | O_TRUNC | O_WRONLY, 0600);
  if (file < 0 || write(file, data, size) != (ssize_t)size || fsync(file)) exit(1);
  close(file);
}
int main(int count, char **words) {
  char name[4096];
  FILE *file = fopen(words[1], "rb");
  if (count < 2 || !file) return 1;
  fseek(file, 0, SEEK_END);
  size_t size = ftell(file);
  uint8_t *zip = malloc(size);
  rewind(file);
  if (fread(zip, 1, size, file) != size) return 1;
  uint8_t *end = zip + size - 22, *out = malloc(size * 2 + 65536), *to = out;
  while (u32(end) != 0x06054b50) end--;
  uint32_t parts = u16(end + 10), length = u32(end + 12);
  uint8_t *central = malloc(length), *entry = central;
  memcpy(central, zip + u32(end + 16), length);
  for (uint32_t n = 0; n < parts; n++) {
    uint8_t *local = zip + u32(entry + 42);
    uint32_t head = 30 + u16(local + 26), packed = u32(entry + 20), whole = u32(entry + 24);
    uint8_t *data = local + head + u16(local + 28), *plain = malloc(whole + 1);
    z_stream in = {0}, again = {0};
    if (u16(entry + 10) == 8) {
      inflateInit2(&in, -15);
      in.next_in = data, in.avail_in = packed, in.next_out = plain, in.avail_out = whole + 1;
      if (inflate(&in, Z_FINISH) != Z_STREAM_END) return 1;
      inflateEnd(&in);
    } else memcpy(plain, data, whole);
    put(entry + 42, to - out), entry[8] &= ~8, entry[10] = 8, entry[11] = 0;
    memcpy(to, local, head);
    deflateInit2(&again, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
    again.next_in = plain, again.avail_in = whole, again.next_out = to + head, again.avail_out = 1 << 30;
    deflate(&again, Z_FINISH);
    put(entry + 20, again.total_out);
    memcpy(to + 6, entry + 8, 22), to[28] = to[29] = 0;
    to += head + again.total_out, entry += 46 + u16(entry + 28) + u16(entry + 30) + u16(entry + 32);
    deflateEnd(&again);
    free(plain);
  }
  uint32_t start = to - out;
  memcpy(to, central, length), to += length;
  memcpy(to, end, 22), put(to + 16, start), to += 22;
  snprintf(name, sizeof name, "%s.bak", words[1]), save(name, zip, size);
  snprintf(name, sizeof name, "%s.new", words[1]), save(name, out, to - out);
  return rename(name, words[1]);
}
