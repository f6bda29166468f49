Attribute VB_Name = "PythonStarter"
Option Explicit

' In the workbook without functions this stands in for the xlwings module: it starts Python and
' waits for it, and calls no library of Windows directly. Not checked in Excel.

Private Const HIDDEN_WINDOW As Long = 0

Public Function RunPython(ByVal pythonCommand As String) As Long
    Dim shell As Object
    Dim interpreter As String

    interpreter = InterpreterPath()
    Set shell = CreateObject("WScript.Shell")
    shell.CurrentDirectory = Left(interpreter, InStrRev(interpreter, "\"))
    RunPython = shell.Run(CommandLine(interpreter, pythonCommand, Application.Hwnd), HIDDEN_WINDOW, True)
    If RunPython <> 0 Then
        MsgBox "Python stopped before xl-addin could do anything. Nothing was changed." & vbNewLine & vbNewLine _
            & "Install xl-addin on this computer as its README says, then try again.", vbExclamation, "Performance"
    End If
End Function

' What is started; the arguments after the command are those of the xlwings module.
Public Function CommandLine(ByVal interpreter As String, ByVal pythonCommand As String, _
        ByVal window As Long) As String
    CommandLine = Quoted(interpreter) & " -B -c " & Quoted(pythonCommand) _
        & " --wb=" & Quoted(ThisWorkbook.Name) & " --from_xl=1 --hwnd=" & window
End Function

Private Function Quoted(ByVal text As String) As String
    Quoted = Chr(34) & text & Chr(34)
End Function
