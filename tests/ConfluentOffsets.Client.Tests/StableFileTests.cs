using System.Text;
using ConfluentOffsets.Client.Files;
using Xunit;

namespace ConfluentOffsets.Client.Tests;

/// <summary>A file that somebody writes while it is read.</summary>
public sealed class StableFileTests : IDisposable
{
    private const int Length = 300_000;

    private static readonly string s_old = new('o', Length);

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public StableFileTests()
    {
        File.WriteAllText(FilePath, s_old);
        File.SetLastWriteTimeUtc(FilePath, new DateTime(2024, 2, 20, 15, 0, 0, DateTimeKind.Utc));
    }

    private string FilePath => Path.Combine(_folder, "offsets.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_that_stays_is_read_whole()
    {
        Assert.Equal(s_old, Text(StableFile.Read(FilePath)));
        Assert.Equal(s_old, Read(() => { }));
    }

    [Theory]
    [InlineData(Length)]
    [InlineData(Length + 1)]
    [InlineData(Length - 1)]
    [InlineData(0)]
    public void A_file_that_is_written_meanwhile_is_refused(int length)
    {
        var failure = Assert.Throws<InvalidFileException>(() => Read(() =>
        {
            using var file = new FileStream(FilePath, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            file.SetLength(length);
            file.Write(new byte[length]);
        }));

        Assert.Equal("It changed while it was read.", failure.Message);
    }

    [Fact]
    public void A_file_that_grows_after_its_end_was_read_is_refused() => Assert.Throws<InvalidFileException>(() => Read(
        () =>
        {
            using var file = new FileStream(FilePath, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            file.WriteByte(1);
        },
        after: Length));

    [Fact]
    public void A_file_that_is_replaced_meanwhile_is_read_as_it_was()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("A file that is open is not replaced there.");
        var text = Read(() =>
        {
            File.WriteAllText(FilePath + ".new", new string('n', Length));
            File.Move(FilePath + ".new", FilePath, overwrite: true);
        });

        Assert.Equal(s_old, text);
        Assert.StartsWith("nnn", File.ReadAllText(FilePath), StringComparison.Ordinal);
    }

    private string Read(Action meanwhile, int after = 1)
    {
        using var file = new WatchedStream(FilePath, meanwhile, after);
        return Text(StableFile.Read(file));
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    /// <summary>Something happens when so many bytes were read.</summary>
    private sealed class WatchedStream(string path, Action meanwhile, int after)
        : FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0)
    {
        private Action? _meanwhile = meanwhile;
        private int _read;

        public override int Read(byte[] buffer, int offset, int count) => Watch(base.Read(buffer, offset, count));

        public override int Read(Span<byte> buffer) => Watch(base.Read(buffer));

        public override void CopyTo(Stream destination, int bufferSize)
        {
            var block = new byte[bufferSize];
            while (Read(block, 0, block.Length) is > 0 and var count)
                destination.Write(block, 0, count);
        }

        private int Watch(int count)
        {
            _read += count;
            if (_read >= after)
                Interlocked.Exchange(ref _meanwhile, null)?.Invoke();
            return count;
        }
    }
}
