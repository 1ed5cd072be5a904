package k8saudit;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.BlockLocation;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.InputSplit;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.hadoop.mapreduce.RecordReader;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.lib.input.FileInputFormat;
import org.apache.hadoop.mapreduce.lib.input.FileSplit;

/**
 * Files, and ranges of large ones, as blocks of bytes: values are byte[], each with its kind in front. Spark hands
 * byte[] to Python as they are, so a task costs neither a line nor a file of memory.
 *
 * A range starts at the first line behind its offset that starts an event as the API server writes it, and ends where
 * the next range starts. Only files that begin with such a line are cut: in any other a line may need those before it.
 *
 * Spark's compiler, Janino, compiles this file when a scan starts. It knows no type arguments of overridden methods, so
 * there are none.
 */
public class RangeInputFormat extends FileInputFormat {
  /** Files that are larger are read in ranges of this size, in bytes. */
  public static final String RANGE_BYTES = "k8saudit.range.bytes";

  /** How a line starts that the API server wrote. */
  static final byte[] EVENT = "{\"kind\":\"Event\",".getBytes(StandardCharsets.US_ASCII);

  /** A place to cut is looked for in so many bytes: the longest line that the program reads when nothing else is said. */
  static final long LOOK = 64L << 20;

  static final int BLOCK = 1 << 20;

  /** How many files were cut by this driver so far. */
  public static volatile long cuts = 0;

  /** Kinds of blocks: where the bytes come from ("BEGIN TAB END TAB FILE_LENGTH TAB PATH"), and bytes. */
  static final byte HEADER = 0;
  static final byte DATA = 1;

  public List getSplits(JobContext job) throws IOException {
    Configuration conf = job.getConfiguration();
    long range = conf.getLong(RANGE_BYTES, 256L << 20);
    List splits = new ArrayList();
    List files = listStatus(job);
    for (int i = 0; i < files.size(); i++) {
      FileStatus file = (FileStatus) files.get(i);
      long length = file.getLen();
      boolean cut = length > range && startsWithEvent(file.getPath(), conf);
      if (cut) cuts++;
      long step = cut ? range : length;
      long start = 0;
      do {
        long size = Math.min(step, length - start);
        splits.add(new Range(file.getPath(), start, size, length, hosts(file, start)));
        start += size;
      } while (start < length);
    }
    return splits;
  }

  public RecordReader createRecordReader(InputSplit split, TaskAttemptContext context) {
    return new Reader();
  }

  private static boolean startsWithEvent(Path path, Configuration conf) throws IOException {
    FSDataInputStream in = path.getFileSystem(conf).open(path);
    try {
      byte[] first = new byte[EVENT.length];
      in.readFully(0, first);
      return java.util.Arrays.equals(first, EVENT);
    } finally {
      in.close();
    }
  }

  private static String[] hosts(FileStatus file, long start) throws IOException {
    if (!(file instanceof LocatedFileStatus)) return new String[0];
    BlockLocation[] blocks = ((LocatedFileStatus) file).getBlockLocations();
    for (int i = 0; i < blocks.length; i++) {
      boolean holds = blocks[i].getOffset() <= start && start < blocks[i].getOffset() + blocks[i].getLength();
      if (holds) return blocks[i].getHosts();
    }
    return new String[0];
  }

  /** A part of a file, which knows how long the file was when it was listed. */
  public static class Range extends FileSplit {
    long fileLength;

    public Range() {}

    public Range(Path path, long start, long length, long fileLength, String[] hosts) {
      super(path, start, length, hosts);
      this.fileLength = fileLength;
    }

    /** Spark leaves out parts without a length; an empty file is to be accounted for like any other. */
    public long getLength() {
      return Math.max(1, super.getLength());
    }

    public void write(DataOutput out) throws IOException {
      super.write(out);
      out.writeLong(fileLength);
    }

    public void readFields(DataInput in) throws IOException {
      super.readFields(in);
      fileLength = in.readLong();
    }
  }

  static class Reader extends RecordReader {
    private FSDataInputStream in;
    private String path;
    private long fileLength;
    private long begin;
    private long position;
    private long end;
    private boolean started;
    private byte[] block;

    public void initialize(InputSplit split, TaskAttemptContext context) throws IOException {
      Range range = (Range) split;
      path = range.getPath().toString();
      fileLength = range.fileLength;
      in = range.getPath().getFileSystem(context.getConfiguration()).open(range.getPath());
      long start = range.getStart();
      begin = start == 0 ? 0 : cutBehind(start);
      if (begin < 0) {
        // No place to cut: the bytes belong to the range before.
        begin = start;
        end = start;
      } else {
        end = fileLength;
        for (long next = start + range.getLength(); next < fileLength; next += range.getLength()) {
          long cut = cutBehind(next);
          if (cut >= 0) {
            end = cut;
            break;
          }
        }
      }
      position = begin;
      if (position < end) in.seek(position);
    }

    /** Where the first event starts at or behind `offset`, or -1: the same for both ranges that meet there. */
    private long cutBehind(long offset) throws IOException {
      byte[] bytes = new byte[1 << 16];
      int matched = -1;
      long at = offset - 1;
      long last = Math.min(fileLength, offset + LOOK);
      in.seek(at);
      while (at < last) {
        int count = in.read(bytes, 0, (int) Math.min(bytes.length, last - at));
        if (count < 0) throw new EOFException(path + " is shorter than it was when it was listed");
        for (int i = 0; i < count; i++) {
          byte one = bytes[i];
          if (matched >= 0 && one == EVENT[matched]) {
            matched++;
            if (matched == EVENT.length) return at + i + 1 - EVENT.length;
          } else {
            matched = one == '\n' ? 0 : -1;
          }
        }
        at += count;
      }
      return -1;
    }

    public boolean nextKeyValue() throws IOException {
      if (!started) {
        started = true;
        byte[] text = (begin + "\t" + end + "\t" + fileLength + "\t" + path).getBytes(StandardCharsets.UTF_8);
        block = new byte[text.length + 1];
        block[0] = HEADER;
        System.arraycopy(text, 0, block, 1, text.length);
        return true;
      }
      if (position >= end) return false;
      int size = (int) Math.min((long) BLOCK, end - position);
      block = new byte[size + 1];
      block[0] = DATA;
      try {
        in.readFully(block, 1, size);
      } catch (EOFException e) {
        throw new EOFException(path + " is shorter than it was when it was listed");
      }
      position += size;
      return true;
    }

    public Object getCurrentKey() {
      return path;
    }

    public Object getCurrentValue() {
      return block;
    }

    public float getProgress() {
      return end == begin ? 1f : (float) (position - begin) / (float) (end - begin);
    }

    public void close() throws IOException {
      if (in != null) in.close();
    }
  }
}
